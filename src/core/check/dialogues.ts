// One table of the protocols: how each begins a run and how it goes on.
// Spec: the files named after the kinds; kinds without one are refused by unsupported.ts.

import type { Instant } from '../time.ts';
import type { CheckerConfig, CheckKind } from './config.ts';
import { type DialogueInput, type Going, type Move, nothing, type Result } from './dialogue.ts';
import { beginDns, type DnsDialogue, proceedDns } from './dns.ts';
import type { Standing } from './health.ts';
import { beginHttp, type HttpDialogue, proceedHttp } from './http.ts';
import { beginMisc, type MiscDialogue, proceedMisc } from './misc.ts';
import { beginSmtp, proceedSmtp, type SmtpDialogue } from './smtp.ts';
import { beginTcp, proceedTcp, type TcpDialogue } from './tcp.ts';
import { beginUdp, proceedUdp, type UdpDialogue } from './udp.ts';
import { unsupportedCheck } from './unsupported.ts';

export type Dialogue = TcpDialogue | HttpDialogue | SmtpDialogue | MiscDialogue | DnsDialogue | UdpDialogue;

/** A program runs instead of a connection. */
export const usesProcess = (check: CheckKind): boolean => check.kind === 'misc';

export function begin({ check }: CheckerConfig, { url }: Standing, now: Instant): Going<Dialogue> {
  switch (check.kind) {
    case 'tcp':
      return beginTcp(check.target, now);
    case 'http':
      return beginHttp(check, url, now);
    case 'smtp':
      return beginSmtp(check.target, now);
    case 'misc':
      return beginMisc(check, now);
    case 'dns':
      return beginDns(check, now);
    case 'udp':
      return beginUdp(check, now);
    case 'ping':
    case 'file':
    case 'bfd':
      throw new RangeError(`${check.kind}: ${unsupportedCheck(check)}`);
  }
}

const unreadable: Result = { kind: 'untried', cause: 'the check was changed while it ran' };

/** An input that means nothing to the protocol changes nothing. */
export function proceed(
  { check }: CheckerConfig,
  dialogue: Dialogue,
  input: DialogueInput,
  now: Instant,
  due: Instant,
): Move<Dialogue> {
  const move = route(check, dialogue, input, now);
  return move ?? { dialogue, effects: nothing, deadline: due };
}

function route(
  check: CheckKind,
  dialogue: Dialogue,
  input: DialogueInput,
  now: Instant,
): Move<Dialogue> | undefined {
  if (check.kind === 'tcp' && dialogue.kind === 'tcp') return proceedTcp(check.target, input);
  if (check.kind === 'http' && dialogue.kind === 'http') return proceedHttp(check, dialogue, input, now);
  if (check.kind === 'smtp' && dialogue.kind === 'smtp') return proceedSmtp(check, dialogue, input, now);
  if (check.kind === 'misc' && dialogue.kind === 'misc') return proceedMisc(check, input);
  if (check.kind === 'dns' && dialogue.kind === 'dns') return proceedDns(check, dialogue, input, now);
  if (check.kind === 'udp' && dialogue.kind === 'udp') return proceedUdp(check, dialogue, input, now);
  return { result: unreadable };
}
