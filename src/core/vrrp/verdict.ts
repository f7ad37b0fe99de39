// What acceptance makes of a packet, as data: the advert it carries, what is odd about it, and what the verdict depended on.
// Spec: RFC 9568 section 7.1; accept.ts judges.

import type { Address } from '../net/index.ts';
import type { Duration } from '../time.ts';
import type { ChecksumForm, VrrpAdvert } from '../wire/index.ts';
import type { AuthenticationState } from './authentication.ts';

/** wire's forms, and the old unicast one: a pseudo header with the multicast group for destination. */
export type HeardChecksum = ChecksumForm | 'group-pseudo-header';

export interface Advert {
  readonly source: Address;
  readonly priority: number;
  readonly interval: Duration;
  readonly checksum: HeardChecksum;
  /** The decoded PDU. */
  readonly pdu: VrrpAdvert;
}

/** A difference that deserves a line but does not refuse the advert. */
export interface Oddity {
  readonly kind: 'interval' | 'addresses';
  readonly text: string;
}

export interface Accepted {
  readonly accepted: true;
  readonly advert: Advert;
  readonly oddities: readonly Oddity[];
  /** The address list was compared with this sender's. */
  readonly compared: boolean;
}

/** What a running instance knows beyond its configuration. */
export interface Standing {
  readonly effectivePriority: number;
  readonly authentication: AuthenticationState;
  /** skip_check_adv_addr: the sender whose list need not be compared again. */
  readonly comparedSender: Address | undefined;
}
