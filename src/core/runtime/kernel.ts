// Performs watch-kernel, read-kernel and apply: what the kernel says becomes batches of news, what is asked of it becomes completions.
// Spec: rtnetlink(7), netlink(7) (ENOBUFS: notices were dropped, everything must be read again).

import { type Fault, type Outcome, succeed } from '../fault.ts';
import { type NetlinkSocket, now, openNetlink } from '../host/index.ts';
import { anyAddress } from '../net/index.ts';
import {
  addAddress,
  decodeRouteMessage,
  dumpRequests,
  type Message,
  type MirroredParts,
  mirrorGroups,
  type Request,
  type RouteNews,
} from '../netlink/index.ts';
import { inMilliseconds, seconds } from '../time.ts';
import { createDamper, suppressedText } from './damper.ts';
import type { Performer } from './performer.ts';
import type { LogLine } from './transports.ts';

export interface Completion {
  readonly ticket: number;
  /** undefined: done. */
  readonly fault: Fault | undefined;
}

/** `kernel`: everything there is, at the start and after read-kernel or lost notices. `news`: what changed, all of one turn in one input. */
export type KernelNews =
  | { readonly kind: 'kernel'; readonly news: readonly RouteNews[] }
  | { readonly kind: 'news'; readonly news: readonly RouteNews[] };

export type KernelInput =
  | KernelNews
  /** The answers to one `apply`, in the order of its operations. */
  | { readonly kind: 'completions'; readonly completions: readonly Completion[] };

export type KernelEffect =
  /** Subscribes to what the scope names and reads it; answered with `kernel`. */
  | { readonly kind: 'watch-kernel'; readonly scope: MirroredParts }
  | { readonly kind: 'read-kernel' }
  | {
      readonly kind: 'apply';
      readonly operations: readonly { readonly ticket: number; readonly request: Request }[];
    };

export interface KernelOptions {
  post(input: KernelInput): void;
  log(line: LogLine): void;
  /** A socket cannot be used any more: a fresh process may do better. */
  broken(fault: Fault): void;
  readonly open?: typeof openNetlink;
}

export interface KernelPerformer extends Performer<KernelEffect> {
  /** Resolves when the kernel has answered everything that was applied. */
  settled(): Promise<void>;
  /** Asks for something the kernel must refuse: the whole way there and back, without a change. */
  rehearse(): void;
}

/** Seconds until a reading that failed is tried again; the last one repeats. */
const patience = [1, 2, 4, 8, 16, 30] as const;

/** An address on an interface that cannot be. */
const impossible = addAddress({
  ifindex: 0x7fff_ffff,
  prefix: { address: anyAddress.inet, length: 32 },
  scope: 0,
  label: undefined,
  broadcast: undefined,
  peer: undefined,
  flags: 0,
  preferredLifetime: 'forever',
});

class Kernel implements KernelPerformer {
  private readonly options: KernelOptions;
  private readonly requests: NetlinkSocket;
  private readonly damper = createDamper();
  private scope: MirroredParts = { routes: false, rules: false };
  private monitor: NetlinkSocket | undefined;
  /** Counts subscriptions: notices of an older one are not posted. */
  private subscription = 0;
  private batch: RouteNews[] = [];
  /** A reading is under way. What changes meanwhile waits for it: an older answer must not replace newer news. */
  private reading = false;
  private readAgain = false;
  private failures = 0;
  private retry: NodeJS.Timeout | undefined;
  private readonly unanswered = new Set<Promise<void>>();
  private closed = false;

  constructor(options: KernelOptions, requests: NetlinkSocket) {
    this.options = options;
    this.requests = requests;
  }

  perform(effect: KernelEffect): void {
    switch (effect.kind) {
      case 'watch-kernel':
        void this.watch(effect.scope);
        return;
      case 'read-kernel':
        void this.read();
        return;
      case 'apply': {
        const answered = this.apply(effect.operations).finally(() => this.unanswered.delete(answered));
        this.unanswered.add(answered);
        return;
      }
    }
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.retry);
    this.monitor?.close();
    this.requests.close();
  }

  async settled(): Promise<void> {
    while (this.unanswered.size > 0) await Promise.allSettled(this.unanswered);
  }

  rehearse(): void {
    if (!this.closed) void this.requests.ask([impossible]);
  }

  private async watch(scope: MirroredParts): Promise<void> {
    const subscription = ++this.subscription;
    this.scope = scope;
    const { open = openNetlink, broken } = this.options;
    const opened = await open('route', {
      groups: mirrorGroups(scope),
      onMessage: message => {
        if (subscription === this.subscription) this.hear(message);
      },
      onLost: () => {
        if (subscription === this.subscription) this.lost();
      },
      onBroken: fault => {
        if (subscription === this.subscription && !this.closed) broken(fault);
      },
    });
    if (!opened.ok) return broken(opened.fault);
    // A later subscription is there already, or is being made.
    if (this.closed || subscription !== this.subscription) return opened.value.close();
    this.monitor?.close();
    this.monitor = opened.value;
    await this.read();
  }

  private hear(message: Message): void {
    const news = this.newsIn(message);
    if (news === undefined) return;
    if (this.batch.push(news) === 1) setImmediate(() => this.postBatch());
  }

  private postBatch(): void {
    if (this.reading || this.closed || this.batch.length === 0) return;
    const news = this.batch;
    this.batch = [];
    this.options.post({ kind: 'news', news });
  }

  private newsIn(message: Message): RouteNews | undefined {
    const decoded = decodeRouteMessage(message);
    if (decoded.ok) return decoded.value;
    this.warn(decoded.fault.message);
    return undefined;
  }

  private warn(text: string): void {
    const suppressed = this.damper.report(text, now());
    if (suppressed === undefined) return;
    this.options.log({ level: 'warning', message: `${text}${suppressedText(suppressed)}` });
  }

  private lost(): void {
    this.warn('The kernel dropped notices; reading interfaces and addresses anew');
    void this.read();
  }

  private async read(): Promise<void> {
    if (this.reading) {
      this.readAgain = true;
      return;
    }
    clearTimeout(this.retry);
    this.reading = true;
    let news: Outcome<RouteNews[]>;
    do {
      this.readAgain = false;
      news = await this.readOnce();
    } while (this.readAgain && !this.closed);
    this.reading = false;
    if (this.closed) return;
    if (!news.ok) return this.readLater(news.fault);
    this.failures = 0;
    this.options.post({ kind: 'kernel', news: news.value });
    this.postBatch();
  }

  private async readOnce(): Promise<Outcome<RouteNews[]>> {
    const news: RouteNews[] = [];
    for (const answer of await this.requests.ask(dumpRequests(this.scope))) {
      if (!answer.ok) return answer;
      for (const message of answer.value) {
        const one = this.newsIn(message);
        if (one !== undefined) news.push(one);
      }
    }
    return succeed(news);
  }

  private readLater(fault: Fault): void {
    const wait = patience[Math.min(this.failures, patience.length - 1)] ?? 30;
    if (this.failures === 0) {
      const message = `Interfaces and addresses cannot be read: ${fault.message}; trying again until it works`;
      this.options.log({ level: 'error', message });
    }
    this.failures++;
    this.retry = setTimeout(() => void this.read(), inMilliseconds(seconds(wait)));
  }

  private async apply(operations: (KernelEffect & { kind: 'apply' })['operations']): Promise<void> {
    const outcomes = await this.requests.ask(operations.map(({ request }) => request));
    if (this.closed) return;
    const completions = operations.map(({ ticket }, index) => {
      const outcome = outcomes[index];
      return { ticket, fault: outcome === undefined || outcome.ok ? undefined : outcome.fault };
    });
    this.options.post({ kind: 'completions', completions });
  }
}

/** Opens the socket for requests; nothing is subscribed or read before the first watch-kernel. Faults: those of openNetlink. */
export async function openKernel(options: KernelOptions): Promise<Outcome<KernelPerformer>> {
  const { open = openNetlink, broken } = options;
  const requests = await open('route', { onBroken: broken });
  return requests.ok ? succeed(new Kernel(options, requests.value)) : requests;
}
