// Every protocol in one total table: a checker is one file and one line here.
// Spec: the files named after the kinds; keepalived.conf(5), the checker blocks of real_server.

import type { CheckKind } from './config.ts';
import type { Protocol } from './dialogue.ts';
import { type DnsDialogue, dns } from './dns.ts';
import { type HttpDialogue, http } from './http.ts';
import { type MiscDialogue, misc } from './misc.ts';
import { type PingDialogue, ping } from './ping.ts';
import { type SmtpDialogue, smtp } from './smtp.ts';
import { type TcpDialogue, tcp } from './tcp.ts';
import { type UdpDialogue, udp } from './udp.ts';
import { unavailable } from './unavailable.ts';

/** What a run of each kind remembers; `never` for kinds that do not run yet. */
interface Dialogues {
  readonly tcp: TcpDialogue;
  readonly http: HttpDialogue;
  readonly smtp: SmtpDialogue;
  readonly misc: MiscDialogue;
  readonly dns: DnsDialogue;
  readonly udp: UdpDialogue;
  readonly ping: PingDialogue;
  readonly file: never;
  readonly bfd: never;
}

type Kind = CheckKind['kind'];
type CheckOf<K extends Kind> = Extract<CheckKind, { readonly kind: K }>;

const protocols = {
  tcp,
  http,
  smtp,
  misc,
  dns,
  udp,
  ping,
  file: unavailable('FILE_CHECK'),
  bfd: unavailable('BFD_CHECK'),
} as const satisfies { readonly [K in Kind]: Protocol<CheckOf<K>, Dialogues[K]> };

/** What a run remembers: plain data, changed in place by its protocol. */
export type Dialogue = Dialogues[Kind];

/**
 * The protocol of a check. That check and dialogue are of its kind the compiler cannot follow; it holds because a checker's kind never
 * changes (reconfiguring asks for `sameCheck`) and only `begin` makes its dialogue.
 */
export const protocolOf = (check: CheckKind): Protocol<CheckKind, Dialogue> =>
  protocols[check.kind] as Protocol<CheckKind, Dialogue>;

/** A clause that names the missing capability, or undefined when the checker can run. */
export const unsupportedCheck = (check: CheckKind): string | undefined =>
  protocolOf(check).unsupported(check);
