// A netlink socket that blocks: for one-shot commands that put thousands of questions one after the other, where every turn of the event
// loop costs more than the question. Spec: netlink(7), socket(7) SO_RCVTIMEO, through koffi; the dialogue machine decides as ever.

import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
import {
  type DialogueInput,
  dialogueDeadline,
  type Message,
  type NetlinkProtocol,
  protocols,
  type Request,
  startDialogue,
  stepDialogue,
} from '../netlink/index.ts';
import { after, instant, microseconds, seconds } from '../time.ts';
import { type Libc, loadLibc } from './libc.ts';
import { solNetlink, switchedOn, wordyAnswers } from './netlink-options.ts';

export interface BlockingNetlink {
  /** One outcome per request, in order. Blocks the thread; each silence is limited as in any dialogue. */
  ask(requests: readonly Request[]): readonly Outcome<readonly Message[]>[];
  /**
   * A dump (`answer` is `parts`) given to `take` as it comes: the messages are gone when it returns. `again` says that what was given is
   * void and all of it comes anew.
   */
  dump(
    request: Request,
    take: (messages: readonly Message[]) => void,
    again: () => void,
  ): Outcome<readonly Message[]>;
  close(): void;
}

/** AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, SOL_SOCKET, SO_RCVTIMEO. */
const netlinkDomain = 16;
const rawCloseOnExec = 3 | 0o2000000;
const socketLevel = 1;
const receiveTimeout = 20;
/** A dump's datagram is as long as the reader offers, up to this. */
const bufferSize = 32_768;
/** What a datagram adds to the clock. */
const perDatagram = microseconds(100);
const errnoNames: Readonly<Record<number, string>> = { 4: 'EINTR', 11: 'EAGAIN', 105: 'ENOBUFS' };

/** What of libc is used; a test gives its own. */
export type SocketCalls = Pick<
  Libc,
  'socket' | 'connect' | 'setsockopt' | 'send' | 'recv' | 'close' | 'errno'
>;

const failed = (operation: string, errno: number): Fault => ({
  code: 'socket-failed',
  message: `netlink ${operation}: ${errnoNames[errno] ?? `errno ${errno}`}`,
  operation,
});

/** Opens a socket that hears the kernel only. Faults: `native-missing`, `socket-failed`. */
export async function openBlockingNetlink(
  protocol: NetlinkProtocol,
  load: () => Promise<Outcome<SocketCalls>> = loadLibc,
): Promise<Outcome<BlockingNetlink>> {
  const loaded = await load();
  if (!loaded.ok) return loaded;
  const calls = loaded.value;
  const fd = calls.socket(netlinkDomain, rawCloseOnExec, protocols[protocol]);
  if (fd < 0) return fail(failed('socket', calls.errno()));
  // struct sockaddr_nl with port 0, the kernel's: connected, nobody else can send to us.
  const kernel = new Uint8Array(12);
  kernel[0] = netlinkDomain;
  // struct timeval: one second; the machine decides how many of them are too many.
  const second = new Uint8Array(new BigInt64Array([1n, 0n]).buffer);
  if (
    calls.connect(fd, kernel, kernel.length) !== 0 ||
    calls.setsockopt(fd, socketLevel, receiveTimeout, second, second.length) !== 0
  ) {
    const fault = failed('connect', calls.errno());
    calls.close(fd);
    return fail(fault);
  }
  // A kernel before 4.12 refuses these: it answers with numbers alone.
  for (const option of wordyAnswers) calls.setsockopt(fd, solNetlink, option, switchedOn, switchedOn.length);
  const dialogue = startDialogue();
  // Reading the clock twice per question costs as much as the question: it counts silence, and a little for whatever comes, so that
  // no endless stream of other messages holds up a deadline.
  let clock = instant(0);
  // Not zeroed: its pages are touched when something is received.
  const buffer = new Uint8Array(Buffer.allocUnsafeSlow(bufferSize).buffer);

  /** The next datagram, or what else is to be told to the machine. `kept`: the machine keeps it, and the buffer is used again. */
  const receive = (kept: boolean): DialogueInput => {
    const length = calls.recv(fd, buffer, buffer.length, 0);
    clock = after(clock, perDatagram);
    if (length >= 0)
      return { kind: 'datagram', bytes: kept ? buffer.slice(0, length) : buffer.subarray(0, length) };
    const errno = calls.errno();
    const name = errnoNames[errno];
    if (name === 'EAGAIN') clock = after(clock, seconds(1));
    if (name === 'EAGAIN' || name === 'EINTR') return { kind: 'wake' };
    if (name === 'ENOBUFS') return { kind: 'overrun' };
    return { kind: 'broken', fault: failed('recv', errno) };
  };

  /** Plays the dialogue to its end. */
  function converse(
    requests: readonly Request[],
    sink?: { take(messages: readonly Message[]): void; again(): void },
  ): readonly Outcome<readonly Message[]>[] {
    const outcomes: Outcome<readonly Message[]>[] = new Array(requests.length);
    let left = requests.length;
    let input: DialogueInput = { kind: 'submit', ticket: 1, requests };
    while (left > 0) {
      const effects = stepDialogue(dialogue, input, clock);
      let broken: Fault | undefined;
      for (const effect of effects) {
        if (effect.kind === 'settle') {
          outcomes[effect.index] = effect.outcome;
          left--;
          // The kernel answers while it is asked: one that was silent will not do better for the questions behind.
          if (!effect.outcome.ok && effect.outcome.fault.code === 'netlink-timeout')
            broken = effect.outcome.fault;
        } else if (effect.kind === 'parts') sink?.take(effect.messages);
        else if (effect.kind === 'again') sink?.again();
        else if (effect.kind === 'send' && calls.send(fd, effect.datagram, effect.datagram.length, 0) < 0) {
          broken = failed('send', calls.errno());
        }
      }
      if (broken !== undefined) input = { kind: 'broken', fault: broken };
      else if (left > 0) {
        const due = dialogueDeadline(dialogue);
        input = due === undefined || due <= clock ? { kind: 'wake' } : receive(sink === undefined);
      }
    }
    return outcomes;
  }

  return succeed({
    ask: requests => converse(requests),
    dump(request, take, again) {
      const [outcome] = converse([request], { take, again });
      return outcome ?? fail(failed('dump', 0));
    },
    close: () => void calls.close(fd),
  });
}
