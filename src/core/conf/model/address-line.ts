// One record of virtual_ipaddress, virtual_ipaddress_excluded or static_ipaddress.
// Spec: keepalived.conf(5) "virtual_ipaddress"; the option words of ip-address(8).

import type { AddressConfig, Lifetime } from '../../link/model.ts';
import { nearest } from '../../nearest.ts';
import {
  type Address,
  addressBits,
  broadcastOf,
  familyOf,
  networkOf,
  type Prefix,
  parseAddress,
} from '../../net/index.ts';
import type { Statement } from '../statement.ts';
import type { Context } from './context.ts';
import { defineRecord } from './record-words.ts';

/** `value`: the word takes the next one. */
const record = defineRecord<'value' | 'flag'>('<ip-address-line>', {
  dev: 'value',
  scope: 'value',
  brd: 'value',
  broadcast: 'value',
  label: 'value',
  peer: 'value',
  preferred_lft: 'value',
  track_group: 'value',
  home: 'flag',
  '-nodad': 'flag',
  mngtmpaddr: 'flag',
  noprefixroute: 'flag',
  autojoin: 'flag',
  no_track: 'flag',
  use_vmac: 'flag',
});

/** The address with its prefix; a bad prefix length is told and replaced by the full one. */
function leadingPrefix(
  s: Statement,
  c: Context,
): { readonly prefix: Prefix; readonly written: boolean } | undefined {
  const text = s.keyword;
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) {
    c.error('invalid-address', s, `${text} is no IP address`, 0);
    return undefined;
  }
  const bits = addressBits[familyOf(address)];
  if (slash < 0) return { prefix: { address, length: bits }, written: false };
  const digits = text.slice(slash + 1);
  const length = /^\d{1,3}$/.test(digits) ? Number(digits) : bits + 1;
  if (length > bits) {
    c.warn('invalid-prefix', s, `${text}: the prefix length must be 0..${bits}; ${bits} is used`, 0);
    return { prefix: { address, length: bits }, written: false };
  }
  return { prefix: { address, length }, written: true };
}

/**
 * The address of a record, or undefined where keepalived drops it; each refusal is told. `isStatic`: track_group is
 * allowed and use_vmac is not.
 */
export function readAddressLine(s: Statement, c: Context, isStatic: boolean): AddressConfig | undefined {
  const leading = leadingPrefix(s, c);
  if (leading === undefined) return undefined;
  const { address } = leading.prefix;
  const inet6 = address.includes(':');
  let { prefix } = leading;
  let dev: string | undefined;
  let scope = 0;
  let broadcast: Address | '+' | '-' | undefined;
  let label: string | undefined;
  let peer: Address | undefined;
  let lifetime: Lifetime | undefined;
  let trackGroup: string | undefined;
  const set = new Set<string>();

  for (let i = 1; i < s.length; i++) {
    const word = s.word(i) ?? '';
    const known = record.words.get(word);
    if (word === 'use_vmac' && isStatic) {
      c.warn('unknown-word', s, 'use_vmac has no meaning here; it is ignored', i);
      continue;
    }
    if (known === undefined || (word === 'track_group' && !isStatic)) {
      const near = nearest(word, record.words.keys());
      c.warn(
        'unknown-word',
        s,
        `unknown word ${word} after an address; it is ignored${near === undefined ? '' : `; did you mean ${near}?`}`,
        i,
      );
      continue;
    }
    if (!known.keyword.acted) c.notActed(known.keyword, record.path, s, i);
    if (known.read === 'flag') {
      set.add(word);
      continue;
    }
    const value = s.word(++i);
    if (value === undefined) {
      c.error('missing-argument', s, `${word} needs a value; the address would be dropped`, i - 1);
      return undefined;
    }
    switch (word) {
      case 'dev':
        if (dev !== undefined) {
          c.error('duplicate', s, 'a second dev; the address would be dropped', i - 1);
          return undefined;
        }
        dev = value;
        c.mention(value, s, i);
        break;
      case 'scope': {
        const number = c.names.lookup('scopes', value);
        if (inet6)
          c.warn(
            'scope-ignored',
            s,
            'IPv6 addresses have the scope of their prefix; scope is ignored',
            i - 1,
          );
        else if (number === undefined || number > 255)
          c.warn('unknown-name', s, `unknown scope ${value}; global is used`, i);
        else scope = number;
        break;
      }
      case 'brd':
      case 'broadcast': {
        const given = value === '+' || value === '-' ? value : parseAddress(value);
        if (inet6 || given === undefined || (given.length > 1 && given.includes(':'))) {
          const why = inet6 ? 'IPv6 has no broadcast address' : `${value} is no broadcast address`;
          c.error('invalid-broadcast', s, `${why}; the address would be dropped`, i);
          return undefined;
        }
        broadcast = given;
        break;
      }
      case 'label':
        if (Buffer.byteLength(value) > 15) {
          c.error(
            'invalid-label',
            s,
            `label ${value} has more than 15 bytes; the address would be dropped`,
            i,
          );
          return undefined;
        }
        if (inet6) c.warn('label-ignored', s, 'IPv6 addresses have no label; it is ignored', i - 1);
        else label = value;
        break;
      case 'peer': {
        const given = parseAddress(value);
        if (given === undefined || familyOf(given) !== familyOf(address) || peer !== undefined) {
          c.warn(
            'invalid-address',
            s,
            `peer ${value} is no single address of the same family; it is ignored`,
            i,
          );
        } else peer = given;
        break;
      }
      case 'preferred_lft': {
        const seconds = /^\d{1,10}$/.test(value) ? Number(value) : undefined;
        if (value === 'forever') lifetime = 'forever';
        else if (seconds !== undefined && seconds <= 4294967295) lifetime = seconds;
        else
          c.warn(
            'invalid-number',
            s,
            `preferred_lft ${value} is neither seconds nor forever; it is ignored`,
            i,
          );
        break;
      }
      case 'track_group':
        trackGroup = value;
        c.checkTrackGroup(value, s);
        break;
      default:
        throw new RangeError(`unhandled address word ${word}`);
    }
  }

  const bits = addressBits[familyOf(address)];
  if (peer !== undefined && leading.written) {
    c.warn(
      'peer-prefix',
      s,
      `an address with a peer has the full prefix length ${bits}; ${s.keyword} loses its own`,
      0,
    );
  }
  if (peer !== undefined) prefix = { address, length: bits };
  if (peer !== undefined && broadcast !== undefined) {
    c.warn('broadcast-ignored', s, 'an address with a peer has no broadcast address; it is ignored');
    broadcast = undefined;
  }
  if ((broadcast === '+' || broadcast === '-') && prefix.length > 30) {
    c.warn('broadcast-ignored', s, `brd ${broadcast} needs a prefix length of at most 30; it is ignored`);
    broadcast = undefined;
  }
  return {
    prefix,
    dev,
    scope,
    label,
    broadcast: broadcast === '+' ? broadcastOf(prefix) : broadcast === '-' ? networkOf(prefix) : broadcast,
    peer: peer === undefined ? undefined : { address: peer, length: bits },
    flags: {
      home: set.has('home'),
      duplicateDetection: !inet6 || set.has('-nodad'),
      manageTemporary: set.has('mngtmpaddr'),
      noPrefixRoute: set.has('noprefixroute'),
      autojoin: set.has('autojoin'),
    },
    preferredLifetime: lifetime ?? (inet6 && prefix.length === 128 ? 0 : 'forever'),
    tracked: !set.has('no_track'),
    trackGroup,
    useVmac: set.has('use_vmac'),
  };
}
