// The scenes of the feature tests: which hosts, which configuration, and what happens to them step by step.
// Spec: keepalived.conf(5); the configurations in configurations/features are this project's own.
import type { HostSpec } from '../lab/cluster.ts';
import type { Daemon } from '../lab/daemon.ts';
import type { Glance } from './features-lab.ts';

/** Which daemon each director of a scene runs. */
export interface Mixture {
  readonly name: string;
  readonly daemons: readonly Daemon[];
}

/** What a step can do in the cluster of one mixture. Directors are numbered as the scene's first hosts are. */
export interface World {
  start(director: number, file: string): void;
  /** Puts another configuration in place of the one it was started with, and sends SIGHUP. */
  reload(director: number, file: string): void;
  /** The same for lvskit; keepalived is stopped and started, where its own reload is known to go wrong. */
  replace(director: number, file: string): Promise<void>;
  stop(director: number): Promise<void>;
  /** SIGKILL to the daemon and all its children. */
  kill(director: number): void;
  /** Writes one line to a file in the director's folder, which its scripts read. */
  write(director: number, file: string, value: string | number): void;
  /** Starts a real server (backend.ts) in a host. */
  serve(host: string): Promise<void>;
  fail(host: string): void;
  run(host: string, ...command: string[]): void;
}

export interface Step {
  readonly name: string;
  act(world: World): void | Promise<void>;
  /** Milliseconds without any change after which no further one is expected. */
  readonly quiet: number;
  /** Nothing changes that can be seen; otherwise every mixture must have moved before it is looked at. */
  readonly still?: true;
  /** What the reference holds at the end, where it gets there by stages that are at rest for long. */
  readonly reached?: (held: readonly Glance[]) => boolean;
  /**
   * For stops, whose scripts a daemon kills after a second (keepalived's limit); a busy test kernel may need that long to start one. `back`
   * leads to where the step began, and it is tried again until every mixture has made all `calls` in one try or another.
   */
  readonly again?: { readonly calls: number; readonly back: Omit<Step, 'name'> };
}

export interface Scene {
  readonly name: string;
  /** Directors first. */
  readonly hosts: readonly HostSpec[];
  readonly withIpvs: boolean;
  /** Adverts are timed here: it runs on the machine's own kernel, and only what is cheap to read is looked at. */
  readonly timed?: boolean;
  /** The first is the reference. */
  readonly mixtures: readonly Mixture[];
  readonly steps: readonly Step[];
}

const director: HostSpec = {
  name: 'director',
  links: [{ interface: 'eth0', network: 'lan', addresses: ['10.2.0.1/24', 'fd00:2::1/64'] }],
};
const backend = (name: string, ...addresses: string[]): HostSpec => ({
  name,
  links: [{ interface: 'eth0', network: 'lan', addresses }],
});

const twoLegged = (name: string, last: number): HostSpec => ({
  name,
  links: [
    { interface: 'eth0', network: 'lan', addresses: [`10.2.0.${last}/24`, `fd00:2::${last}/64`] },
    { interface: 'eth1', network: 'side', addresses: [`10.2.1.${last}/24`] },
  ],
});

function holds(held: Glance | undefined, ...addresses: string[]): boolean {
  return addresses.every(address => held?.holds.includes(address));
}

/** Addresses of the sync group of the pair, and of the quick pair. */
const grouped = ['10.2.0.131', '10.2.1.132', '10.2.0.133'] as const;
const fast = ['10.2.0.141', 'fd00:2::142'] as const;

/** Groups of scenes: those of a group may run side by side. */
export function scenes(daemon: Daemon): readonly (readonly Scene[])[] {
  const alone: Mixture[] = [
    { name: 'keepalived', daemons: ['keepalived'] },
    { name: 'ours', daemons: [daemon] },
  ];
  const services: Scene = {
    name: 'services',
    hosts: [director],
    withIpvs: true,
    mixtures: alone,
    steps: [
      {
        name: 'start',
        act: world => world.start(0, 'services.conf'),
        quiet: 1000,
        reached: ([held]) => (held?.ipvs.length ?? 0) > 100,
      },
      { name: 'reload', act: world => world.reload(0, 'services-changed.conf'), quiet: 2000 },
      { name: 'reload back', act: world => world.reload(0, 'services.conf'), quiet: 2000 },
      { name: 'stop', act: world => world.stop(0), quiet: 100 },
    ],
  };
  const groups: Scene = {
    name: 'groups',
    hosts: [director],
    withIpvs: true,
    mixtures: alone,
    steps: [
      {
        name: 'start',
        act: world => world.start(0, 'groups.conf'),
        quiet: 1000,
        reached: ([held]) => (held?.ipvs.length ?? 0) > 15,
      },
      { name: 'replacement', act: world => world.replace(0, 'groups-changed.conf'), quiet: 1000 },
      { name: 'replacement back', act: world => world.replace(0, 'groups.conf'), quiet: 1000 },
      { name: 'stop', act: world => world.stop(0), quiet: 100 },
    ],
  };
  const health: Scene = {
    name: 'health',
    hosts: [
      director,
      backend(
        'real1',
        '10.2.0.11/24',
        'fd00:2::11/64',
        '10.2.0.13/24',
        'fd00:2::13/64',
        '10.2.0.18/24',
        '10.2.0.19/24',
      ),
      backend('real2', '10.2.0.12/24', 'fd00:2::12/64'),
    ],
    withIpvs: true,
    mixtures: alone,
    steps: [
      {
        name: 'start',
        act: async world => {
          await Promise.all([world.serve('real1'), world.serve('real2')]);
          world.start(0, 'health.conf');
        },
        quiet: 5000,
        reached: ([held]) => held?.told.length === 5,
      },
      { name: 'server fails', act: world => world.fail('real2'), quiet: 5000 },
      { name: 'server back', act: world => world.serve('real2'), quiet: 4000 },
      { name: 'dynamic weight', act: world => world.write(0, 'status', 44), quiet: 3000 },
      { name: 'program fails', act: world => world.write(0, 'status', 1), quiet: 3000 },
      { name: 'program well', act: world => world.write(0, 'status', 0), quiet: 3000 },
      { name: 'server fails again', act: world => world.fail('real2'), quiet: 5000 },
      { name: 'reload', act: world => world.reload(0, 'health-changed.conf'), quiet: 4000 },
      { name: 'server back again', act: world => world.serve('real2'), quiet: 4000 },
      { name: 'reload back', act: world => world.reload(0, 'health.conf'), quiet: 4000 },
      {
        name: 'stop',
        act: world => world.stop(0),
        quiet: 1000,
        again: {
          calls: 3,
          back: {
            act: world => world.start(0, 'health.conf'),
            quiet: 5000,
            reached: ([held]) => held?.told.length === 5,
          },
        },
      },
    ],
  };
  const pair: Mixture[] = [
    { name: 'keepalived twice', daemons: ['keepalived', 'keepalived'] },
    { name: 'ours twice', daemons: [daemon, daemon] },
    { name: 'ours first', daemons: [daemon, 'keepalived'] },
    { name: 'ours second', daemons: ['keepalived', daemon] },
  ];
  const starting: Step = {
    name: 'start',
    act: world => world.start(0, 'addresses.conf'),
    quiet: 4000,
    reached: ([held]) => holds(held, '10.2.0.101', '10.2.0.121', 'fd00:2::102', '10.2.0.200'),
  };
  const addresses: Scene = {
    name: 'addresses',
    hosts: [twoLegged('director', 1)],
    withIpvs: false,
    mixtures: alone,
    steps: [
      starting,
      { name: 'reload', act: world => world.reload(0, 'addresses-changed.conf'), quiet: 2000 },
      { name: 'reload back', act: world => world.reload(0, 'addresses.conf'), quiet: 2000 },
      {
        name: 'stop',
        act: world => world.stop(0),
        quiet: 1000,
        again: { calls: 5, back: starting },
      },
    ],
  };
  const tracking: Scene = {
    name: 'pair',
    hosts: [twoLegged('one', 1), twoLegged('two', 2)],
    withIpvs: false,
    timed: true,
    mixtures: pair,
    steps: [
      {
        name: 'start',
        act: world => world.start(0, 'pair-one.conf'),
        quiet: 4000,
        reached: ([one]) => holds(one, '10.2.0.131', '10.2.1.132', '10.2.0.137', '10.2.0.138'),
      },
      {
        // Now it has a master to find: who is faster at starting decides nothing.
        name: 'second starts',
        act: world => world.start(1, 'pair-two.conf'),
        quiet: 4000,
        reached: ([, two]) => holds(two, '10.2.0.138'),
      },
      {
        name: 'weighted script fails',
        act: world => world.write(0, 'status', 1),
        quiet: 4000,
        still: true,
      },
      {
        name: 'weighted script well',
        act: world => world.write(0, 'status', 0),
        quiet: 4000,
        still: true,
      },
      {
        name: 'vital script fails',
        act: world => world.write(0, 'second', 1),
        quiet: 3000,
        reached: ([, two]) => holds(two, '10.2.0.135'),
      },
      {
        name: 'vital script well',
        act: world => world.write(0, 'second', 0),
        quiet: 3000,
        reached: ([one, two]) => holds(one, '10.2.0.135') && !holds(two, '10.2.0.135'),
      },
      {
        name: 'interface down',
        act: world => world.run('one', 'ip', 'link', 'set', 'eth1', 'down'),
        quiet: 3000,
        reached: ([, two]) => holds(two, ...grouped),
      },
      {
        name: 'interface up',
        act: world => world.run('one', 'ip', 'link', 'set', 'eth1', 'up'),
        quiet: 3000,
        reached: ([one, two]) => holds(one, ...grouped) && !holds(two, grouped[0]),
      },
      {
        name: 'kill',
        act: world => world.kill(0),
        quiet: 3000,
        reached: ([, two]) => holds(two, ...grouped, '10.2.0.134'),
      },
      {
        name: 'give-back',
        act: world => world.start(0, 'pair-one.conf'),
        quiet: 5000,
        reached: ([one, two]) => holds(one, ...grouped, '10.2.0.134') && !holds(two, grouped[0]),
      },
      {
        name: 'stop',
        act: world => world.stop(0),
        quiet: 2000,
        reached: ([, two]) => holds(two, ...grouped, '10.2.0.134'),
      },
      { name: 'end', act: world => world.stop(1), quiet: 500 },
    ],
  };
  const quick: Scene = {
    name: 'quick pair',
    hosts: [twoLegged('one', 1), twoLegged('two', 2)],
    withIpvs: false,
    timed: true,
    mixtures: pair,
    steps: [
      {
        name: 'start',
        act: world => world.start(0, 'quick-one.conf'),
        quiet: 1000,
        reached: ([one]) => holds(one, ...fast),
      },
      { name: 'second starts', act: world => world.start(1, 'quick-two.conf'), quiet: 2500 },
      {
        name: 'kill',
        act: world => world.kill(0),
        quiet: 1500,
        reached: ([, two]) => holds(two, ...fast),
      },
      {
        name: 'give-back',
        act: world => world.start(0, 'quick-one.conf'),
        quiet: 2000,
        reached: ([one, two]) => holds(one, ...fast) && !holds(two, fast[0]),
      },
      {
        name: 'stop',
        act: world => world.stop(0),
        quiet: 1500,
        reached: ([, two]) => holds(two, ...fast),
      },
      { name: 'end', act: world => world.stop(1), quiet: 500 },
    ],
  };
  // At a tenth of a second other daemons that start would make adverts late: that scene lives alone.
  return [[services, groups, health, addresses], [tracking], [quick]];
}
