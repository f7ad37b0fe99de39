// Authentication of adverts: one row for each kind, which signs our adverts and verifies those of others.
// Spec: RFC 2338 section 5.3.6 (simple password), RFC 9568 section 9 (version 3 has none).

import { type AdvertVersion2, passwordOctets, type VrrpAdvert } from '../wire/index.ts';
import type { InstanceConfig } from './config.ts';

/** The kinds this machine can sign and verify. */
export type AuthenticationKind = 'none' | 'PASS';

/** What an instance remembers, so that a recorded packet does not count again; a restarted process gets it back. Plain data. */
export type AuthenticationState = { readonly kind: 'none' } | { readonly kind: 'PASS' };

export interface AuthenticationRefusal {
  readonly cause: 'authentication-type-differs' | 'password';
  readonly text: string;
}

type Signature = AdvertVersion2['authentication'];

/** One kind. `sign` counts in the state what it must; `verify` only judges, `accepted` then remembers. */
interface Method<K extends AuthenticationKind> {
  begin(): StateOf<K>;
  sign(config: InstanceConfig, state: StateOf<K>): Signature;
  verify(config: InstanceConfig, signature: Signature, state: StateOf<K>): AuthenticationRefusal | undefined;
  accepted(state: StateOf<K>, signature: Signature): StateOf<K>;
}
type StateOf<K extends AuthenticationKind> = Extract<AuthenticationState, { readonly kind: K }>;

/** Constant in time for equal lengths: nobody may guess a password octet by octet. */
function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

const passwordOf = (config: InstanceConfig): Uint8Array =>
  passwordOctets(config.authentication?.password ?? '');

const methods = {
  none: {
    begin: () => ({ kind: 'none' }),
    sign: () => ({ kind: 'none' }),
    verify: () => undefined,
    accepted: state => state,
  },
  PASS: {
    begin: () => ({ kind: 'PASS' }),
    sign: config => ({ kind: 'password', data: passwordOf(config) }),
    verify(config, signature) {
      const right = signature.kind === 'password' && sameOctets(signature.data, passwordOf(config));
      return right ? undefined : { cause: 'password', text: 'the password differs' };
    },
    accepted: state => state,
  },
} as const satisfies { readonly [K in AuthenticationKind]: Method<K> };

/** keepalived's names for what the PDU says. */
const names = { none: 'none', password: 'PASS', header: 'AH' } as const satisfies Record<
  Signature['kind'],
  string
>;

/** The configured kind; AH is not available, such an instance stays in FAULT (unsupported.ts) and signs nothing. */
const kindOf = (config: InstanceConfig): AuthenticationKind =>
  config.version === 2 && config.authentication?.type === 'PASS' ? 'PASS' : 'none';

export const beginAuthentication = (config: InstanceConfig): AuthenticationState =>
  methods[kindOf(config)].begin();

/** After a reload or a restart: what was remembered, if it is of the kind that is configured now. */
export const keepAuthentication = (
  config: InstanceConfig,
  former: AuthenticationState,
): AuthenticationState => (former.kind === kindOf(config) ? former : beginAuthentication(config));

/** A state of another kind than the configuration's cannot be: a reload renews it. */
const methodOf = (state: AuthenticationState): Method<AuthenticationKind> => methods[state.kind];

export const sign = (config: InstanceConfig, state: AuthenticationState): Signature =>
  methodOf(state).sign(config, state);

/** The state after an accepted advert. */
export const afterAccepted = (state: AuthenticationState, advert: VrrpAdvert): AuthenticationState =>
  advert.version === 3 ? state : methodOf(state).accepted(state, advert.authentication);

/** Whether the advert is signed as this configuration wants it. Version 3 carries no authentication. */
export function verify(
  config: InstanceConfig,
  advert: VrrpAdvert,
  state: AuthenticationState,
): AuthenticationRefusal | undefined {
  if (advert.version === 3) return undefined;
  const own = config.authentication?.type ?? 'none';
  const theirs = names[advert.authentication.kind];
  if (own === 'AH') return { cause: 'authentication-type-differs', text: 'auth_type AH is not available' };
  if (theirs !== own)
    return { cause: 'authentication-type-differs', text: `authentication is ${theirs}, ours is ${own}` };
  return methodOf(state).verify(config, advert.authentication, state);
}
