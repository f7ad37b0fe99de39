// The control socket of the supervisor: its clients, their requests and their events, over host/local-socket.ts.
// Spec: control/ (the protocol); docs/status.md. It serves from the copy: no child is asked, whatever a client does.

import type { Socket } from 'node:net';
import {
  type Access,
  type Call,
  type Copy,
  createSession,
  type Entry,
  entriesAfter,
  errorLine,
  eventOf,
  eventText,
  hearBytes,
  judge,
  lossText,
  type Received,
  type RequestId,
  type RpcError,
  replyLine,
  rpcCodes,
  type Session,
  statusOf,
  takeRequest,
  wantsBytes,
} from '../control/index.ts';
import type { Outcome } from '../fault.ts';
import { type LocalServer, listenLocally, now, type Peer, residentBytes } from '../host/index.ts';
import { between, type Instant, milliseconds } from '../time.ts';

/** What a call gives: the result, or the error that is answered. */
export type Answer = { readonly result: unknown } | { readonly error: RpcError };

/** A call that is more than a question. */
export type OrderCall = Exclude<Call, { readonly method: 'status' | 'events' }>;

export interface ControlSocketOptions {
  readonly path: string;
  /** Whose members may read. */
  readonly gid: number | undefined;
  readonly copy: Copy;
  /** Of the supervisor's start. */
  readonly since: Instant;
  order(call: OrderCall): Answer | Promise<Answer>;
}

interface Client {
  readonly socket: Socket;
  readonly session: Session;
  /** It has said all it wants to say. */
  ended: boolean;
  /** Its next turn is arranged. */
  inTurn: boolean;
}

const mostClients = 64;
/** Beyond those, for who may change things: others must not lock root out. */
const reserved = 8;
/** Refused clients that may still read why. */
const mostRefused = 64;
/** Milliseconds that they have for it. */
const farewell = 1_000;
/** Milliseconds without a word, of a client that follows no events. */
const idle = 60_000;
/** Bytes of answers that wait in all sockets together. */
const mostWaiting = 32 * 1024 * 1024;
/** For which one text of the whole status serves all who ask. */
const freshness = milliseconds(200);

export class ControlSocket {
  private readonly options: ControlSocketOptions;
  private readonly clients = new Set<Client>();
  private readonly refused = new Set<Socket>();
  private server: LocalServer | undefined;
  private cached: { readonly at: Instant; readonly text: string } | undefined;
  private closed = false;

  constructor(options: ControlSocketOptions) {
    this.options = options;
  }

  async open(): Promise<Outcome<LocalServer>> {
    const { path, gid } = this.options;
    const opened = await listenLocally({ path, gid, onClient: (socket, peer) => this.admit(socket, peer) });
    if (opened.ok) this.server = opened.value;
    if (opened.ok && this.closed) opened.value.close();
    return opened;
  }

  /** Tells those who follow. */
  tell(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    this.cached = undefined;
    const clock = this.clock();
    for (const client of this.clients) {
      if (!client.session.following) continue;
      for (const entry of entries) {
        const { writableLength } = client.socket;
        write(client, eventText(client.session, entry.sequence, eventOf(entry, clock), writableLength));
      }
    }
  }

  close(): void {
    this.closed = true;
    this.server?.close();
    for (const { socket } of this.clients) socket.destroy();
    for (const socket of this.refused) socket.destroy();
  }

  private clock() {
    return { now: now(), wall: Date.now() };
  }

  /** Root and the daemon's own user may change things; who is not known may do what the socket's mode means for all it lets in. */
  private accessOf(peer: Peer | undefined): Access {
    if (peer === undefined) return this.options.gid === undefined ? 'change' : 'read';
    return peer.uid === 0 || peer.uid === process.getuid?.() ? 'change' : 'read';
  }

  private admit(socket: Socket, peer: Peer | undefined): void {
    // Whatever becomes of a client is its own affair.
    socket.on('error', () => socket.destroy());
    const access = this.accessOf(peer);
    // Without koffi all clients look alike: then nothing is kept free.
    const most = mostClients + (peer !== undefined && access === 'change' ? reserved : 0);
    if (this.clients.size >= most) {
      this.refuse(socket, most);
      return;
    }
    const client: Client = { socket, session: createSession(access), ended: false, inTurn: false };
    this.clients.add(client);
    // Nothing is heard of a follower that is gone, but a write of nothing fails then, and starts the time again else.
    socket.setTimeout(idle, () => (client.session.following ? socket.write('') : socket.destroy()));
    socket.on('data', bytes => {
      if (!hearBytes(client.session, bytes)) socket.pause();
      this.serve(client);
    });
    socket.on('drain', () => {
      write(client, lossText(client.session, socket.writableLength));
      this.serve(client);
    });
    socket.on('end', () => {
      client.ended = true;
      this.serve(client);
      // Has it closed its own side alone? unix(7): EPIPE when it is gone altogether.
      if (client.session.following) socket.write('');
    });
    socket.on('close', () => this.clients.delete(client));
  }

  /** Says why, and waits for nobody to read it: who connects again and again must not use up the descriptors. */
  private refuse(socket: Socket, most: number): void {
    if (this.refused.size >= mostRefused) {
      socket.destroy();
      return;
    }
    this.refused.add(socket);
    socket.on('close', () => this.refused.delete(socket));
    socket.setTimeout(farewell, () => socket.destroy());
    socket.end(errorLine(null, { code: rpcCodes.busy, message: `there are ${most} clients already` }));
  }

  /** One request, as long as the client reads the answers; the next when everybody else has had a turn: children, signals, other clients. */
  private serve(client: Client): void {
    const { socket, session } = client;
    if (client.inTurn) return;
    const received = takeRequest(session, socket.writableLength);
    if (received !== undefined) {
      this.answerOne(client, received);
      client.inTurn = true;
      setImmediate(() => {
        client.inTurn = false;
        this.serve(client);
      });
      return;
    }
    if (wantsBytes(session)) socket.resume();
    // One that follows events may have closed its own side and still read.
    if (client.ended && !session.busy && !session.following) socket.end();
  }

  private answerOne(client: Client, received: Received): void {
    if (received.kind === 'refused') {
      answer(client, received.id, { error: received.error });
      if (received.last) client.socket.end();
      return;
    }
    const judged = judge(received, client.session.access);
    if (judged.ok) this.carryOut(client, judged.call, received.id);
    else answer(client, received.id, { error: judged.error });
  }

  private carryOut(client: Client, call: Call, id: RequestId | undefined): void {
    // An order of one that has gone is carried out; its questions need no answer.
    if (!client.socket.writable && (call.method === 'status' || call.method === 'events')) return;
    switch (call.method) {
      case 'status':
        this.answerStatus(client, call.params.name, id);
        return;
      case 'events':
        this.answerEvents(client, call.params, id);
        return;
      default:
        client.session.busy = true;
        void Promise.resolve(this.options.order(call)).then(answered => {
          client.session.busy = false;
          answer(client, id, answered);
          this.serve(client);
        });
    }
  }

  private answerStatus(client: Client, name: string | undefined, id: RequestId | undefined): void {
    let waiting = 0;
    for (const { socket } of this.clients) waiting += socket.writableLength;
    if (waiting > mostWaiting) {
      answer(client, id, { error: { code: rpcCodes.busy, message: 'too many answers are not read' } });
      return;
    }
    const text = this.statusText(name);
    const message = `nothing is called ${name}`;
    if (text === undefined) answer(client, id, { error: { code: rpcCodes.failed, message } });
    else if (id !== undefined) write(client, replyLine(id, text));
  }

  private statusText(name: string | undefined): string | undefined {
    const clock = this.clock();
    const { cached } = this;
    if (name === undefined && cached !== undefined && between(cached.at, clock.now) < freshness)
      return cached.text;
    const own = { pid: process.pid, since: this.options.since, memory: process.memoryUsage.rss() };
    const found = statusOf(this.options.copy, clock, { own, of: residentBytes }, name);
    if (found === undefined) return undefined;
    const text = JSON.stringify(found);
    if (name === undefined) this.cached = { at: clock.now, text };
    return text;
  }

  private answerEvents(
    client: Client,
    { after = 0, epoch, follow = false }: Extract<Call, { readonly method: 'events' }>['params'],
    id: RequestId | undefined,
  ): void {
    const { journal, daemon } = this.options.copy;
    // Numbers of another daemon say nothing here.
    const isOurs = epoch === undefined || epoch === daemon.epoch;
    const { entries, lost } = entriesAfter(journal, isOurs ? after : 0);
    const clock = this.clock();
    const events = entries.map(entry => eventOf(entry, clock));
    const next = (entries.at(-1)?.sequence ?? journal.next - 1) + 1;
    if (follow) {
      client.session.following = true;
      client.socket.setTimeout(0);
    }
    answer(client, id, { result: { epoch: daemon.epoch, events, next, lost } });
  }
}

function write({ socket }: Client, text: string): void {
  if (text !== '' && socket.writable) socket.write(text);
}

/** A notification is not answered. */
function answer(client: Client, id: RequestId | undefined, answered: Answer): void {
  if (id === undefined) return;
  if ('error' in answered) write(client, errorLine(id, answered.error));
  else write(client, replyLine(id, JSON.stringify(answered.result)));
}
