// A netlink socket: npm `netlink` moves the datagrams, the dialogue machine decides; multicast groups and lost notices reach the owner.
// Spec: netlink(7); npm netlink 0.3.0, of which only `dist/raw` is loaded: the rest of it parses what netlink/ parses itself.

import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
import {
  type DialogueEffect,
  type DialogueInput,
  type DialogueSettings,
  dialogueDeadline,
  type Message,
  type NetlinkProtocol,
  protocols,
  type Request,
  startDialogue,
  stepDialogue,
} from '../netlink/index.ts';
import { drive } from './driver.ts';
import { nativeMissing } from './libc.ts';
import { setterFor, wordyAnswers } from './netlink-options.ts';
import { watchOverruns } from './netlink-overrun.ts';

/** Milliseconds. */
const betweenLooks = 50;

export interface NetlinkOptions {
  /** Multicast group numbers (RTNLGRP_*, or a generic family's), joined with NETLINK_ADD_MEMBERSHIP. */
  readonly groups?: readonly number[];
  /** Messages nobody asked for: the notices of the groups. */
  onMessage?(message: Message): void;
  /** The kernel dropped messages (ENOBUFS): whoever mirrors it must read everything again. Also called when bytes could not be read. */
  onLost?(): void;
  /** The socket is unusable from now on; requests are answered with this fault. */
  onBroken?(fault: Fault): void;
  readonly settings?: Partial<DialogueSettings>;
  /** SO_RCVBUF in bytes; the kernel cuts it to net.core.rmem_max. */
  readonly receiveBuffer?: number;
}

export interface NetlinkSocket {
  /** One outcome per request, in order; never rejects. An ack is [], a dump all its parts. */
  ask(requests: readonly Request[]): Promise<readonly Outcome<readonly Message[]>[]>;
  /** Ends the socket; what is unanswered fails with `socket-failed`. */
  close(): void;
}

/** What of npm netlink's RawNetlinkSocket is used. */
interface RawSocket {
  on(event: 'message', listener: (bytes: Uint8Array, from: { readonly port: number }) => void): void;
  on(event: 'truncatedMessage', listener: () => void): void;
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): void;
  send(bytes: Uint8Array, options: undefined, callback: (error?: NodeJS.ErrnoException) => void): void;
  address(): { readonly port: number };
  addMembership(group: number): void;
  ref(): void;
  unref(): void;
  close(): void;
}
interface RawModule {
  readonly RawNetlinkSocket: new (
    protocol: number,
    options: { readonly recvBufferSize?: number },
  ) => RawSocket;
}

/**
 * How datagrams are read. A generic dump fills what the reader offers, so a fixed buffer saves the system call that asks for the length;
 * a link with many virtual functions answers with more than any sensible fixed buffer, so the route family is asked first.
 */
const reading = {
  generic: { messagePeeking: false, msgBufferSize: 8_192 },
  route: { messagePeeking: true },
} as const satisfies Record<NetlinkProtocol, object>;

/** Loads the package at first use; commands that need no kernel never do. */
async function loadNative(): Promise<Outcome<RawModule>> {
  try {
    const loaded = (await import('netlink/dist/raw.js')) as unknown as RawModule & { default?: RawModule };
    return succeed(loaded.default ?? loaded);
  } catch (error) {
    return fail(nativeMissing('netlink', error, '0.3.0'));
  }
}

function socketFault(operation: string, error: NodeJS.ErrnoException): Fault {
  const errno = error.code;
  const denied = errno === 'EPERM' || errno === 'EACCES';
  return {
    code: denied ? 'not-permitted' : 'socket-failed',
    message: `netlink ${operation}: ${error.message}`,
    operation,
    ...(errno === undefined ? {} : { errno }),
  };
}

interface Pending {
  readonly outcomes: Outcome<readonly Message[]>[];
  left: number;
  resolve(outcomes: readonly Outcome<readonly Message[]>[]): void;
}

const closed: Fault = { code: 'socket-failed', message: 'the netlink socket is closed' };

/** Opens a socket. Faults: `native-missing`, `not-permitted`, `socket-failed` (protocol unknown to the kernel, too many files). */
export async function openNetlink(
  protocol: NetlinkProtocol,
  options: NetlinkOptions = {},
): Promise<Outcome<NetlinkSocket>> {
  const native = await loadNative();
  if (!native.ok) return native;
  let socket: RawSocket;
  try {
    const { receiveBuffer } = options;
    socket = new native.value.RawNetlinkSocket(protocols[protocol], {
      ...reading[protocol],
      ...(receiveBuffer === undefined ? {} : { recvBufferSize: receiveBuffer }),
    });
  } catch (error) {
    return fail(socketFault('socket', error as NodeJS.ErrnoException));
  }
  const protocolNumber = protocols[protocol];
  const { port } = socket.address();
  // Now, not at the first change: that one may be a takeover. Without koffi or /proc the errno alone has to do.
  const setter = await setterFor(protocolNumber, port);
  if (setter.ok) for (const option of wordyAnswers) setter.value?.(option);
  const groups = options.groups ?? [];
  if (groups.length === 0) return succeed(converse(socket, options, undefined));
  // Before the first notice can come.
  const dropped = await watchOverruns(protocolNumber, port);
  if (!dropped.ok) {
    socket.close();
    return dropped;
  }
  try {
    for (const group of groups) socket.addMembership(group);
  } catch (error) {
    socket.close();
    return fail(socketFault('setsockopt', error as NodeJS.ErrnoException));
  }
  return succeed(converse(socket, options, dropped.value));
}

/** Joins socket and machine. */
function converse(
  socket: RawSocket,
  options: NetlinkOptions,
  dropped: (() => boolean) | undefined,
): NetlinkSocket {
  const subscribed = (options.groups ?? []).length > 0;
  const pending = new Map<number, Pending>();
  let nextTicket = 1;
  let open = true;

  const perform = (effect: DialogueEffect): void => {
    switch (effect.kind) {
      case 'send':
        socket.send(effect.datagram, undefined, error => {
          if (error !== undefined && open) broken(socketFault('sendmsg', error));
        });
        return;
      case 'settle': {
        const waiting = pending.get(effect.ticket);
        if (waiting === undefined) return;
        waiting.outcomes[effect.index] = effect.outcome;
        if (--waiting.left > 0) return;
        pending.delete(effect.ticket);
        if (pending.size === 0 && !subscribed && open) socket.unref();
        waiting.resolve(waiting.outcomes);
        return;
      }
      case 'parts':
      case 'again':
        // Nobody asks this socket for a dump in parts.
        return;
      case 'notice':
        options.onMessage?.(effect.message);
        return;
      case 'garbled':
      case 'lost':
        options.onLost?.();
        return;
    }
  };
  const driver = drive({
    machine: {
      step: stepDialogue,
      deadline: dialogueDeadline,
      wake: { kind: 'wake' } as DialogueInput,
    },
    initial: startDialogue(options.settings),
    perform,
  });
  const broken = (fault: Fault): void => {
    driver.post({ kind: 'broken', fault });
    options.onBroken?.(fault);
  };

  // A full queue is what makes the kernel drop, so a drop is always followed by messages: looking some time after each burst misses none.
  // The look reads a file of /proc: once for many bursts, as when many addresses are taken over.
  let looking = false;
  const lookForDrops = (): void => {
    if (dropped === undefined || looking) return;
    looking = true;
    setTimeout(() => {
      looking = false;
      if (open && dropped()) driver.post({ kind: 'overrun' });
    }, betweenLooks).unref();
  };

  // Only the kernel (port 0) may answer: any local process can send to our port.
  socket.on('message', (bytes, from) => {
    if (!open || from.port !== 0) return;
    driver.post({ kind: 'datagram', bytes });
    lookForDrops();
  });
  socket.on('truncatedMessage', () => {
    if (open) driver.post({ kind: 'overrun' });
  });
  socket.on('error', error => {
    if (!open) return;
    if (error.code === 'ENOBUFS') driver.post({ kind: 'overrun' });
    else broken(socketFault('recvmsg', error));
  });
  if (!subscribed) socket.unref();

  return {
    ask(requests) {
      if (!open) return Promise.resolve(requests.map(() => fail(closed)));
      if (requests.length === 0) return Promise.resolve([]);
      return new Promise(resolve => {
        const ticket = nextTicket++;
        if (pending.size === 0) socket.ref();
        pending.set(ticket, { outcomes: new Array(requests.length), left: requests.length, resolve });
        driver.post({ kind: 'submit', ticket, requests });
      });
    },
    close() {
      if (!open) return;
      open = false;
      driver.post({ kind: 'broken', fault: closed });
      driver.stop();
      socket.close();
    },
  };
}
