// The small programs that live in hosts of the lab: web server, echo that tells its host, clients that ask at a fixed spacing.
// Spec: one Node process per agent, the same bundle started again with LAB_AGENT set; commands over its IPC channel.
import { availableParallelism } from 'node:os';
import { patience, waitFor } from './clock.ts';
import { type Running, startIn } from './processes.ts';

/** What an agent does; it starts when its host's addresses are there. */
export type Role =
  | { readonly role: 'web'; readonly name: string; readonly port: number }
  | { readonly role: 'echo'; readonly name: string; readonly port: number }
  /** HTTP, HTTPS and SMTP for checkers: backend.ts. */
  | { readonly role: 'backend' }
  /** Asks by HTTP and by UDP echo at once; either may be left out. */
  | {
      readonly role: 'client';
      readonly http?: {
        readonly address: string;
        readonly port: number;
        readonly every: number;
        readonly timeout: number;
      };
      readonly echo?: { readonly address: string; readonly port: number; readonly every: number };
    };

/** One HTTP request: when it was sent, how long the answer took, and who gave it or why there was none. Milliseconds. */
export interface Request {
  readonly at: number;
  readonly took: number;
  readonly by?: string;
  readonly error?: string;
}

/** One echo probe; `answered` and `by` are missing when it is lost. */
export interface Probe {
  readonly sent: number;
  readonly answered?: number;
  readonly by?: string;
}

export interface Agent {
  readonly running: Running;
  /** Requests finished since the last call. */
  requests(): Request[];
  /** The probes sent since a wall-clock time, in that order. */
  probes(from: number): Promise<Probe[]>;
  /** Called for each answer or failure as it comes. */
  onRequest(hear: (request: Request) => void): void;
  /** Called when another host than before answers the echo; first with the changes there were already. */
  onAnswerer(hear: (by: string, at: number) => void): void;
  kill(): void;
}

/** What agents send to the program. */
export type AgentMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'requests'; readonly list: Request[] }
  | { readonly kind: 'answerer'; readonly by: string; readonly at: number }
  | { readonly kind: 'probes'; readonly list: Probe[] };

/** Starts an agent in a host and waits until it serves or asks. */
export async function startAgent(host: string, role: Role): Promise<Agent> {
  const script = process.argv[1];
  if (script === undefined)
    throw new Error('an agent is the running script started again, and there is none');
  // A late observer would be taken for a late director: with processors to spare agents run at once, whatever else the machine
  // does (sched(7), SCHED_FIFO). On a single one they would keep the directors from running.
  const first = availableParallelism() > 1 ? ['chrt', '-f', '20'] : ['env'];
  const running = startIn(host, role.role, first[0] ?? 'env', [...first.slice(1), process.execPath, script], {
    env: { LAB_AGENT: JSON.stringify(role) },
    ipc: true,
  });
  let ready = false;
  let list: Request[] = [];
  const hearers: ((request: Request) => void)[] = [];
  const changes: { by: string; at: number }[] = [];
  const answerers: ((by: string, at: number) => void)[] = [];
  let probesCame: ((probes: Probe[]) => void) | undefined;
  running.child.on('message', raw => {
    const message = raw as AgentMessage;
    switch (message.kind) {
      case 'ready':
        ready = true;
        break;
      case 'requests':
        list.push(...message.list);
        for (const hear of hearers) message.list.forEach(hear);
        break;
      case 'answerer':
        changes.push({ by: message.by, at: message.at });
        for (const hear of answerers) hear(message.by, message.at);
        break;
      case 'probes':
        probesCame?.(message.list);
        break;
    }
  });
  await waitFor(
    `agent ${running.name}`,
    patience,
    () => {
      if (!running.alive()) throw new Error(`agent ${running.name} ended: ${running.log()}`);
      return ready;
    },
    5,
  );
  return {
    running,
    requests() {
      const taken = list;
      list = [];
      return taken;
    },
    probes: from =>
      new Promise(done => {
        probesCame = done;
        running.child.send({ from });
      }),
    onRequest: hear => void hearers.push(hear),
    onAnswerer: hear => {
      for (const change of changes) hear(change.by, change.at);
      answerers.push(hear);
    },
    kill: () => running.killTree(),
  };
}
