// vrrp_instance as written: each keyword sets one field of a draft; conclusions are drawn by vrrp-complete.ts.
// Spec: keepalived.conf(5) "VRRP INSTANCE(S)"; values keepalived corrects while parsing are corrected here.

import type { AddressConfig } from '../../link/model.ts';
import { type Address, familyOf, isMulticast, parseAddress, parseMac } from '../../net/index.ts';
import { authHmac, judgeAuthHmac } from '../blocks/auth-hmac.ts';
import { createValues } from '../blocks/descriptor.ts';
import type { Statement } from '../statement.ts';
import { readAddressLine } from './address-line.ts';
import { addressWord, integerWord, parseBoolean } from './arguments.ts';
import { type BlockTable, defineBlock, tableOf, walk } from './block.ts';
import type { Context } from './context.ts';
import { setRepeat } from './global-defs.ts';
import type { Handler } from './handler.ts';
import { readRouteLine } from './route-line.ts';
import { readRuleLine } from './rule-line.ts';
import { notifyCommand } from './scripts.ts';
import { setDecimal, setFlag, setInteger, setOn, setSeconds } from './setters.ts';
import { readTrackInterfaces, readTrackNamed, readTrackScripts } from './tracking.ts';
import type { InstanceDraft, NotifyDraft } from './vrrp-draft.ts';

type On = Handler<InstanceDraft>;

const state: On = (d, s, c) => {
  const word = s.word(1);
  if (word === 'MASTER') d.state = 'MASTER';
  else if (word === 'BACKUP') {
    if (d.state === 'MASTER') c.warn('duplicate', s, 'state BACKUP after state MASTER is ignored', 1);
    else d.state = 'BACKUP';
  } else {
    c.warn('invalid-word', s, `state ${word} is neither MASTER nor BACKUP; BACKUP is used`, 1);
    d.state ??= 'BACKUP';
  }
};

const priority: On = (d, s, c) => {
  const argument = { type: 'integer', min: 1, max: 255, strict: true } as const;
  const value = integerWord(s, 1, argument, c, '100 is used');
  d.priority = value ?? 100;
};

const family = (d: InstanceDraft, address: Address, s: Statement, c: Context, word: number): boolean => {
  const given = familyOf(address);
  if (d.family !== undefined && d.family !== given) {
    c.error(
      'mixed-families',
      s,
      `${address} is not of the instance's address family and would be ignored`,
      word,
    );
    return false;
  }
  d.family = given;
  return true;
};

const source =
  (unicast: boolean): On =>
  (d, s, c) => {
    if (unicast) d.unicast = true;
    const address = addressWord(s, 1, c);
    if (address === undefined)
      c.error('invalid-address', s, `${s.keyword}: ${s.word(1)} is no IP address`, 1);
    else if (family(d, address, s, c, 1)) d.source = address;
  };

const mcastGroup: On = (d, s, c) => {
  const address = addressWord(s, 1, c);
  if (address === undefined || !isMulticast(address)) {
    c.warn('invalid-address', s, `mcast_dst_ip: ${s.word(1)} is no multicast group; it is ignored`, 1);
  } else d.mcastGroup = address;
};

const addresses: On = (d, _s, c, _k, block) => {
  const firsts = new Map(d.addresses.map(({ prefix }, index) => [prefix.address, d.addressLines[index]]));
  for (const line of block) {
    const address = readAddressLine(line, c, false);
    if (address === undefined || !family(d, address.prefix.address, line, c, 0)) continue;
    const first = firsts.get(address.prefix.address);
    if (first !== undefined) {
      c.duplicate(
        'warning',
        line,
        first,
        `${address.prefix.address} stands here twice; the second one is ignored`,
        0,
      );
      continue;
    }
    firsts.set(address.prefix.address, line);
    d.addresses.push(address);
    d.addressLines.push(line);
  }
};

const excluded: On = (d, _s, c, _k, block) => {
  const keyOf = ({ prefix, dev }: AddressConfig) => `${prefix.address} ${dev ?? ''}`;
  const seen = new Set([...d.addresses, ...d.excluded].map(keyOf));
  for (const line of block) {
    const address = readAddressLine(line, c, false);
    if (address === undefined) continue;
    if (seen.has(keyOf(address))) {
      c.warn('duplicate', line, `${address.prefix.address} stands here twice; this one is ignored`, 0);
    } else {
      seen.add(keyOf(address));
      d.excluded.push(address);
    }
  }
};

const unicastPeer: On = (d, _s, c, _k, block) => {
  d.unicast = true;
  const seen = new Set(d.unicastPeers.map(peer => peer.address));
  for (const line of block) {
    const address = addressWord(line, 0, c);
    if (address === undefined) {
      c.error('invalid-address', line, `unicast_peer: ${line.keyword} is no IP address`, 0);
      continue;
    }
    if (!family(d, address, line, c, 0)) continue;
    if (seen.has(address)) {
      c.warn('duplicate', line, `peer ${address} stands here twice; the second one is ignored`, 0);
      continue;
    }
    const ttl = { min_ttl: 0, max_ttl: 255 };
    for (let i = 1; i < line.length; i += 2) {
      const word = line.word(i) ?? '';
      if (word !== 'min_ttl' && word !== 'max_ttl') {
        c.warn('unknown-word', line, `unknown word ${word} after a peer; it is ignored`, i);
        continue;
      }
      const value = integerWord(line, i + 1, { type: 'integer', min: 0, max: 255 }, c);
      if (value !== undefined) ttl[word] = value;
      d.checkUnicastSource = true;
    }
    seen.add(address);
    d.unicastPeers.push({ address, minTtl: ttl.min_ttl, maxTtl: ttl.max_ttl });
  }
};

const authHmacTable = tableOf(authHmac);

const authentication: BlockTable<InstanceDraft> = defineBlock<InstanceDraft>('vrrp_instance/authentication', {
  auth_type: (d, s, c) => {
    const word = s.word(1);
    if (word === 'PASS' || word === 'AH') d.authType = word;
    else
      c.error(
        'invalid-word',
        s,
        `auth_type ${word} is neither PASS nor AH (upper case); adverts would carry no authentication`,
        1,
      );
  },
  auth_pass: (d, s, c) => {
    const password = s.word(1) ?? '';
    const bytes = Buffer.from(password, 'utf8');
    if (bytes.length > 8)
      c.warn('password-truncated', s, 'auth_pass holds at most 8 bytes; the rest is cut off', 1);
    d.authPass = bytes.length > 8 ? bytes.subarray(0, 8).toString('latin1') : password;
  },
});

/** `[[name] IFNAME] [MAC] [netlink_notify_msg] [group GROUP]` */
const useVmac: On = (d, s, c) => {
  const vmac: NonNullable<InstanceDraft['vmac']> = { name: undefined, mac: undefined };
  for (let i = 1; i < s.length; i++) {
    const word = s.word(i) ?? '';
    const mac = parseMac(word);
    if (mac !== undefined) vmac.mac = mac;
    else if (word === 'name') vmac.name = s.word(++i);
    else if (word === 'group') i++;
    else if (word !== 'netlink_notify_msg') {
      if (vmac.name === undefined && /^[^/\s]{1,15}$/.test(word)) vmac.name = word;
      else c.warn('invalid-word', s, `use_vmac: ${word} is ignored`, i);
    }
  }
  d.vmac = vmac;
};

/** `[[name] IFNAME] [ADDR[/PREFIX]] [bridge|private|vepa] [group GROUP]` */
const useIpvlan: On = (d, s, c) => {
  if (d.ipvlanAddress !== undefined) c.warn('duplicate', s, 'a second use_ipvlan is ignored');
  else d.ipvlanAddress = s.words(1).some(word => parseAddress(word.split('/')[0] ?? '') !== undefined);
};

const notify =
  (which: keyof NotifyDraft): On =>
  (d, s, c) => {
    if (d.notify[which] !== undefined) {
      c.warn('duplicate', s, `a second ${s.keyword} is ignored`);
      return;
    }
    const command = notifyCommand(s, c);
    if (command !== undefined) d.notify[which] = command;
  };

const unicastFlag =
  (set: (d: InstanceDraft) => void): On =>
  d => {
    d.unicast = true;
    set(d);
  };

const expiredBackup: On = (d, s, c) => {
  const value =
    s.length > 1 ? integerWord(s, 1, { type: 'integer', min: 1, max: 254, strict: true }, c) : 254;
  if (value !== undefined) d.timerExpiredBackup = value;
};

export const vrrpInstance: BlockTable<InstanceDraft> = defineBlock<InstanceDraft>(
  'vrrp_instance',
  remembering({
    use_vmac: useVmac,
    vmac_xmit_base: setOn(d => {
      d.vmacXmitBase = true;
    }),
    use_ipvlan: useIpvlan,
    vrf: (d, s, c) => {
      c.mention(s.word(1) ?? '', s, 1);
      if (d.interface !== undefined) c.warn('no-effect', s, 'vrf is ignored beside interface');
      else d.vrf = s.word(1);
    },
    unicast_peer: unicastPeer,
    unicast_fault_no_peer: setOn(d => {
      d.unicastFaultNoPeer = true;
    }),
    check_unicast_src: unicastFlag(d => {
      d.checkUnicastSource = true;
    }),
    old_unicast_checksum: unicastFlag(() => {}),
    native_ipv6: (d, s, c) => {
      if (d.family === 'inet')
        c.warn('mixed-families', s, 'native_ipv6 is ignored: the instance has IPv4 addresses');
      else Object.assign(d, { family: 'inet6', version: 3 });
    },
    state,
    interface: (d, s, c) => {
      d.interface = s.word(1);
      c.mention(s.word(1) ?? '', s, 1);
    },
    dont_track_primary: setOn(d => {
      d.trackPrimary = false;
    }),
    track_interface: (d, _s, c, _k, block) => readTrackInterfaces(block, c, d.trackInterfaces),
    track_script: (d, _s, c, _k, block) => readTrackScripts(block, d.definitions.scripts, c, d.trackScripts),
    track_file: (d, _s, c, _k, block) =>
      readTrackNamed(block, 'track_file', d.definitions.files, c, d.trackFiles),
    track_process: (d, _s, c, _k, block) =>
      readTrackNamed(block, 'vrrp_track_process', d.definitions.processes, c, d.trackProcesses),
    track_bfd: (d, _s, c, _k, block) =>
      readTrackNamed(block, 'bfd_instance', d.definitions.bfd, c, d.trackBfd),
    mcast_src_ip: source(false),
    unicast_src_ip: source(true),
    mcast_dst_ip: mcastGroup,
    track_src_ip: setOn(d => {
      d.trackSource = true;
    }),
    virtual_router_id: setInteger((d, v) => {
      d.vrid = v;
    }),
    unicast_ttl: setInteger((d, v) => {
      d.unicastTtl = v;
    }),
    version: setInteger((d, v) => {
      d.version = v === 3 ? 3 : 2;
    }),
    priority,
    advert_int: setDecimal((d, v) => {
      d.advertInterval = v;
    }),
    virtual_ipaddress: addresses,
    virtual_ipaddress_excluded: excluded,
    no_virtual_ipaddress: setOn(d => {
      d.noAddress = true;
    }),
    promote_secondaries: setOn(d => {
      d.promoteSecondaries = true;
    }),
    v3_checksum_as_v2: setFlag((d, v) => {
      d.v3ChecksumAsV2 = v;
    }),
    virtual_routes: (d, _s, c, _k, block) => {
      for (const line of block) d.routes.push(...one(readRouteLine(line, c, false)));
    },
    virtual_rules: (d, _s, c, _k, block) => {
      for (const line of block) d.rules.push(...one(readRuleLine(line, c, false)));
    },
    accept: setOn(d => {
      d.accept = true;
    }),
    no_accept: setOn(d => {
      d.accept = false;
    }),
    skip_check_adv_addr: (d, s, c) => {
      const word = s.word(1);
      if (word !== undefined && parseBoolean(word) !== true) {
        c.warn(
          'flag-turned-on',
          s,
          `skip_check_adv_addr ${word} turns the option ON, as it does in keepalived`,
          1,
        );
      }
      d.skipCheckAdvAddr = true;
    },
    strict_mode: setFlag((d, v) => {
      d.strict = v;
    }),
    preempt: setOn(d => {
      d.preempt = true;
    }),
    nopreempt: setOn(d => {
      d.preempt = false;
    }),
    preempt_delay: setDecimal((d, v) => {
      d.preemptDelay = v;
    }),
    notify_backup: notify('backup'),
    notify_master: notify('master'),
    notify_fault: notify('fault'),
    notify_stop: notify('stop'),
    notify_deleted: (d, s, c, k, b) => {
      if (d.notifiesDeletion) c.warn('duplicate', s, 'a second notify_deleted is ignored');
      else if (s.length > 1) notify('deleted')(d, s, c, k, b);
      d.notifiesDeletion = true;
    },
    notify: notify('any'),
    notify_master_rx_lower_pri: notify('masterReceivedLowerPriority'),
    smtp_alert: setFlag((d, v) => {
      d.smtpAlert = v;
    }),
    notify_priority_changes: setFlag((d, v) => {
      d.notifyPriorityChanges = v;
    }),
    lvs_sync_daemon_interface: (d, s, c) => {
      d.lvsSyncInterface = s.word(1) ?? '';
      c.warn(
        'deprecated',
        s,
        'lvs_sync_daemon_interface is the old form: write lvs_sync_daemon in global_defs',
        0,
      );
    },
    garp_master_delay: setSeconds((d, v) => {
      d.garpDelay = v;
    }),
    garp_master_refresh: setSeconds((d, v) => {
      d.garpRefresh = v;
    }),
    garp_master_repeat: setRepeat((d, v) => {
      d.garpRepeat = v;
    }),
    garp_master_refresh_repeat: setRepeat((d, v) => {
      d.garpRefreshRepeat = v;
    }),
    garp_lower_prio_delay: setSeconds((d, v) => {
      d.garpLowerDelay = v;
    }),
    garp_lower_prio_repeat: setInteger((d, v) => {
      d.garpLowerRepeat = v;
    }),
    down_timer_adverts: setInteger((d, v) => {
      d.downTimerAdverts = v;
    }),
    timer_expired_backup: expiredBackup,
    thread_timer_expired: expiredBackup,
    lower_prio_no_advert: setFlag((d, v) => {
      d.lowerPrioNoAdvert = v;
    }),
    higher_prio_send_advert: setFlag((d, v) => {
      d.higherPrioSendAdvert = v;
    }),
    owner_ignore_adverts: setFlag((d, v) => {
      d.ownerIgnoreAdverts = v;
    }),
    authentication: (d, _s, c, _k, block) => walk(block, authentication, d, c),
    auth_hmac: (_d, s, c, _k, block) => {
      const values = createValues(authHmac);
      const told = c.diagnostics.length;
      walk(block, authHmacTable, values, c);
      judgeAuthHmac(values, s, c, c.diagnostics[told]);
      c.error(
        'not-supported',
        s,
        'auth_hmac is not available: adverts would go out unsigned and be believed unsigned; remove it to run without',
      );
    },
  }),
);

const one = <T>(item: T | undefined): readonly T[] => (item === undefined ? [] : [item]);

/** Each handler also notes the line it was called for. */
function remembering(handlers: Readonly<Record<string, On>>): Readonly<Record<string, On>> {
  const wrapped = Object.entries(handlers).map(([name, handler]): [string, On] => [
    name,
    (d, s, c, k, b) => {
      d.lines.set(name, s);
      handler(d, s, c, k, b);
    },
  ]);
  return Object.fromEntries(wrapped);
}
