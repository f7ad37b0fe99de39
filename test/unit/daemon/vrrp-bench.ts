// A whole VRRP process on a simulated kernel: whatever it asks is done and answered as the runtime does it, when the test says so.
// Truth: src/core/simulate/kernel, which is compared with a real kernel; every step is made by a structured clone as well.

import { expect } from 'vitest';
import {
  createVrrpProcess,
  stepVrrpProcess,
  type VrrpProcess,
  type VrrpProcessEffect,
  type VrrpProcessInput,
  vrrpProcessDeadline,
} from '../../../src/core/daemon/index.ts';
import { ledgerHead, ledgerLines, type Possession, replay } from '../../../src/core/link/index.ts';
import type { Mac } from '../../../src/core/net/index.ts';
import { addAddress, type Request, removeAddress } from '../../../src/core/netlink/index.ts';
import { addressRecord } from '../../../src/core/simulate/host.ts';
import {
  ask,
  createKernel,
  dump,
  type ErrnoName,
  editLink,
  type LinkEdit,
  linkNamed,
} from '../../../src/core/simulate/index.ts';
import { type Instant, instant } from '../../../src/core/time.ts';
import { advertOf } from '../../../src/core/vrrp/advert.ts';
import { encodeAdvert, sentForm } from '../../../src/core/wire/index.ts';
import { loadText } from '../conf/load-text.ts';
import { named, the } from '../vrrp/play.ts';
import { address } from '../vrrp/sample.ts';

type EffectOf<K extends VrrpProcessEffect['kind']> = Extract<VrrpProcessEffect, { readonly kind: K }>;

export const load = (source: string) => {
  const { config, diagnostics } = loadText(source);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return config;
};

export const at = (s: number): Instant => instant(s * 1_000_000);

export const vrrpInstance = (name: string, vrid: number, vips: string, more = '') => `vrrp_instance ${name} {
  state MASTER
  interface eth0
  virtual_router_id ${vrid}
  priority 100
  advert_int 1
  virtual_ipaddress {
    ${vips}
  }
  ${more}
}
`;

/** One instance `V`, VRID 51. */
export const text = (more = '', before = '', vips = '10.0.0.100/24') =>
  before + vrrpInstance('V', 51, vips, more);

export class Bench {
  /** eth0 (index 2) with 10.0.0.2/24 and eth1 (index 3) with 10.1.0.2/24. */
  kernel = createKernel();
  process: VrrpProcess = createVrrpProcess();
  now: Instant = at(0);
  /** Everything that was asked for. */
  readonly effects: VrrpProcessEffect[] = [];
  /** What the kernel and its socket have to say and the process has not heard yet. */
  readonly coming: (() => VrrpProcessInput)[] = [];
  /** The kernel refuses to add these (`10.0.0.101/24 dev eth0`). */
  readonly refusing = new Map<string, ErrnoName>();
  ledger = ledgerHead('boot');

  constructor() {
    for (const [n, name] of ['eth0', 'eth1'].entries()) {
      editLink(this.kernel, { kind: 'create', name, mac: `02:00:00:00:00:0${n + 1}` as Mac, up: true });
      ask(this.kernel, addAddress(addressRecord(n + 2, `10.${n}.0.2/24`)));
    }
  }

  /** One step; its answers wait in `coming`. A clone must come to the same. */
  tell(input: VrrpProcessInput): readonly VrrpProcessEffect[] {
    const twin = structuredClone(this.process);
    const effects = stepVrrpProcess(this.process, input, this.now);
    expect(stepVrrpProcess(twin, input, this.now)).toEqual(effects);
    expect(twin).toEqual(this.process);
    this.effects.push(...effects);
    for (const effect of effects) this.#perform(effect);
    return effects;
  }

  #perform(effect: VrrpProcessEffect): void {
    if (effect.kind === 'watch-kernel' || effect.kind === 'read-kernel')
      this.coming.push(() => ({ kind: 'kernel', news: dump(this.kernel) }));
    else if (effect.kind === 'record') this.ledger += ledgerLines(effect.entries);
    else if (effect.kind === 'apply') this.#apply(effect);
  }

  #apply({ operations }: EffectOf<'apply'>): void {
    const completions = operations.map(({ ticket, verb, subject, request }) => {
      const refusal = verb === 'add' ? this.refusing.get(subject) : undefined;
      const errno = refusal ?? this.#ask(request);
      if (errno === undefined) return { ticket, fault: undefined };
      const { operation } = request;
      const message = `${operation}: ${errno}`;
      return { ticket, fault: { code: 'netlink-refused', message, operation, errno } as const };
    });
    this.coming.push(() => ({ kind: 'completions', completions }));
  }

  #ask(request: Request): ErrnoName | undefined {
    const { errno, news } = ask(this.kernel, request);
    for (const each of news) this.coming.push(() => ({ kind: 'news', news: [each] }));
    return errno;
  }

  /** Lets the process hear everything that is coming. */
  settle(): readonly VrrpProcessEffect[] {
    const effects: VrrpProcessEffect[] = [];
    for (let next = this.coming.shift(), n = 0; next !== undefined; next = this.coming.shift(), n++) {
      expect(n).toBeLessThan(200);
      effects.push(...this.tell(next()));
    }
    return effects;
  }

  /** A step and all that follows from it at the same time. */
  play(input: VrrpProcessInput): readonly VrrpProcessEffect[] {
    return [...this.tell(input), ...this.settle()];
  }

  /** Somebody else does this to the machine; the process hears of it. */
  admin(verb: 'add' | 'remove', cidr: string, link = 'eth0'): readonly VrrpProcessEffect[] {
    const record = addressRecord(linkNamed(this.kernel, link)?.index ?? 0, cidr);
    expect(this.#ask(verb === 'add' ? addAddress(record) : removeAddress(record))).toBeUndefined();
    return this.settle();
  }
  edit(edit: LinkEdit): readonly VrrpProcessEffect[] {
    const { errno, news } = editLink(this.kernel, edit);
    expect(errno).toBeUndefined();
    for (const each of news) this.coming.push(() => ({ kind: 'news', news: [each] }));
    return this.settle();
  }

  configure(source: string, resume?: Extract<VrrpProcessInput, { kind: 'configure' }>['resume']) {
    return this.play({
      kind: 'configure',
      config: load(source),
      ...(resume === undefined ? {} : { resume }),
    });
  }
  /** To the next deadline; what that leads to. */
  wake(): readonly VrrpProcessEffect[] {
    const due = vrrpProcessDeadline(this.process);
    if (due === undefined) throw new Error('nothing is due');
    if (due > this.now) this.now = due;
    return this.tell({ kind: 'wake' });
  }
  /** Wakes, with the kernel answering, until the instance is in this state; the effects of the last wake are not answered yet. */
  until(state: string, name = 'V'): readonly VrrpProcessEffect[] {
    for (let n = 0; n < 40; n++) {
      this.settle();
      const effects = this.wake();
      if (this.role(name) === state) return effects;
    }
    throw new Error(`${name} is never ${state}`);
  }
  /** Started, and MASTER with everything done. */
  master(source = text()): this {
    this.configure(source);
    this.until('MASTER');
    this.settle();
    return this;
  }
  /** An advert that another router sends for the instance, as RFC 9568 has it. */
  heard(priority: number, name = 'V', changes: { vrid?: number; checksum?: number } = {}) {
    const { config } = the(this.process.machine, name);
    const like = { ...config, vrid: changes.vrid ?? config.vrid };
    const path = { source: address('10.0.0.9'), destination: config.multicastGroup };
    const bytes = encodeAdvert(advertOf(like, priority), path, sentForm(config.version, path));
    if (changes.checksum !== undefined) bytes[6] = changes.checksum;
    return this.tell({ kind: 'packet', interface: 'eth0', family: 'inet', ttl: 255, bytes, ...path });
  }
  role(name = 'V') {
    return named(this.process.machine, name)?.state;
  }
  /** Addresses in the kernel, `10.0.0.100/24 2`. */
  get present(): readonly string[] {
    return this.kernel.addresses
      .filter(each => each.scope !== 253)
      .map(({ prefix, ifindex }) => `${prefix.address}/${prefix.length} ${ifindex}`)
      .sort();
  }
  get deadline(): Instant | undefined {
    return vrrpProcessDeadline(this.process);
  }
  /** What a successor reads of it after kill -9. */
  get left(): readonly Possession[] {
    return replay(this.ledger, 'boot');
  }
}

export const only = <K extends VrrpProcessEffect['kind']>(
  effects: readonly VrrpProcessEffect[],
  kind: K,
): readonly EffectOf<K>[] => effects.filter((effect): effect is EffectOf<K> => effect.kind === kind);

export const kinds = (effects: readonly VrrpProcessEffect[]) =>
  effects.map(({ kind }) => kind).filter(kind => kind !== 'log');
export const lines = (effects: readonly VrrpProcessEffect[]) =>
  only(effects, 'log').map(({ message }) => message);
export const done = (effects: readonly VrrpProcessEffect[]) =>
  only(effects, 'apply').flatMap(({ operations }) =>
    operations.map(({ verb, subject }) => `${verb} ${subject}`),
  );
/** What the log says of things that others took away or the kernel did not give. */
export const complaints = (effects: readonly VrrpProcessEffect[]) =>
  only(effects, 'log').flatMap(({ level, message }) => (level === 'info' ? [] : [message]));
/** The addresses of gratuitous ARP requests, each once: the sender protocol address of RFC 826. */
export const announced = (effects: readonly VrrpProcessEffect[]) => [
  ...new Set(
    only(effects, 'send-frames').flatMap(({ frames }) =>
      frames.map(({ frame, ifindex }) => `${frame.slice(28, 32).join('.')} ${ifindex}`),
    ),
  ),
];
