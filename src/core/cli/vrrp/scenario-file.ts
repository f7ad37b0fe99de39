// A scenario from a YAML file: what happens to the nodes, and when. Spec: docs/simulate.md; one row an action.

import type { Config } from '../../conf/index.ts';
import { FaultError, type Outcome, succeed } from '../../fault.ts';
import { faultIn, type Schema, type ValueOf } from '../../schema.ts';
import type { LinkEdit, Scenario, SimulatedAction, SimulatedNetwork } from '../../simulate/index.ts';
import { usualNetwork } from '../../simulate/index.ts';
import { instant, seconds } from '../../time.ts';
import type { TextProblem } from '../json-text.ts';
import { refuseText } from '../refuse-text.ts';
import { readYamlText } from '../yaml-text.ts';

/** Longest simulated time: a week. */
const longest = 604_800;
const time = { type: 'number', minimum: 0, maximum: longest, unit: 'seconds' } as const;
const chance = { type: 'number', minimum: 0, maximum: 1 } as const;
const word = { type: 'string', maxLength: 200 } as const;
const network = { delay: time, jitter: time, loss: chance, duplication: chance } as const;
const linkStates = ['up', 'down', 'carrier', 'no-carrier'] as const;

/** What every action has. */
const moment = { at: time, do: word } as const;
const onNode = { ...moment, node: word } as const;
const nodeOnly = { type: 'object', properties: onNode, optional: [] } as const;

/** What a file may refer to besides itself. */
export interface ScenarioContext {
  readonly nodes: ReadonlyMap<string, readonly string[]>;
  /** Loads the configuration that a reload names; a refusal is a FaultError. */
  loadConfiguration(file: string): Config;
}

const schemas = {
  'power-off': nodeOnly,
  boot: nodeOnly,
  kill: nodeOnly,
  restart: nodeOnly,
  start: nodeOnly,
  stop: nodeOnly,
  reload: { type: 'object', properties: { ...onNode, file: word }, optional: ['file'] },
  link: {
    type: 'object',
    properties: { ...onNode, interface: word, state: { type: 'string', enum: linkStates } },
    optional: [],
  },
  script: {
    type: 'object',
    properties: { ...onNode, script: word, success: { type: 'boolean' } },
    optional: [],
  },
  partition: {
    type: 'object',
    properties: {
      ...moment,
      islands: { type: 'array', maxItems: 1_000, items: { type: 'array', maxItems: 1_000, items: word } },
    },
    optional: [],
  },
  heal: { type: 'object', properties: moment, optional: [] },
  network: {
    type: 'object',
    properties: { ...moment, ...network },
    optional: ['delay', 'jitter', 'loss', 'duplication'],
  },
} as const satisfies Record<string, Schema>;
type Kind = keyof typeof schemas;
type Written<K extends Kind> = ValueOf<(typeof schemas)[K]>;

const linkEdit = ({ interface: name, state }: Written<'link'>): LinkEdit =>
  state === 'up' || state === 'down'
    ? { kind: state, name }
    : { kind: 'carrier', name, running: state === 'carrier' };

type NetworkValues = { readonly [K in keyof typeof network]?: number };
const networkOf = ({ delay, jitter, loss, duplication }: NetworkValues): SimulatedNetwork => ({
  delay: delay === undefined ? usualNetwork.delay : seconds(delay),
  jitter: jitter === undefined ? usualNetwork.jitter : seconds(jitter),
  loss: loss ?? usualNetwork.loss,
  duplication: duplication ?? usualNetwork.duplication,
});

const readers: {
  readonly [K in Kind]: (written: Written<K>, context: ScenarioContext) => SimulatedAction;
} = {
  'power-off': ({ node }) => ({ node, kind: 'power-off' }),
  boot: ({ node }) => ({ node, kind: 'boot' }),
  kill: ({ node }) => ({ node, kind: 'kill' }),
  restart: ({ node }) => ({ node, kind: 'start', resume: true }),
  start: ({ node }) => ({ node, kind: 'start', resume: false }),
  stop: ({ node }) => ({ node, kind: 'stop' }),
  reload: ({ node, file }, { loadConfiguration }) => ({
    node,
    kind: 'reload',
    config: loadConfiguration(file ?? node),
  }),
  link: written => ({ node: written.node, kind: 'link', edit: linkEdit(written) }),
  script: ({ node, script: name, success }) => ({ node, kind: 'script', name, success }),
  partition: ({ islands }) => ({ kind: 'partition', islands }),
  heal: () => ({ kind: 'heal' }),
  network: written => ({ kind: 'network', network: networkOf(written) }),
};

const whole = {
  type: 'object',
  properties: {
    seed: { type: 'integer', minimum: 0, maximum: 4_294_967_295 },
    until: time,
    network: { type: 'object', properties: network, optional: ['delay', 'jitter', 'loss', 'duplication'] },
    idle: { type: 'array', maxItems: 1_000, items: word },
  },
  optional: ['seed', 'network', 'idle'],
} as const satisfies Schema;

export interface WrittenScenario {
  readonly seed: number | undefined;
  readonly network: SimulatedNetwork;
  readonly idle: readonly string[];
  readonly actions: Scenario['actions'];
  readonly until: Scenario['until'];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Why an action cannot be played with these nodes; undefined: it can. */
function misfit(value: Readonly<Record<string, unknown>>, { nodes }: ScenarioContext): string | undefined {
  const names = [
    ...(typeof value['node'] === 'string' ? [value['node']] : []),
    ...(Array.isArray(value['islands']) ? value['islands'].flat().map(String) : []),
  ];
  const stranger = names.find(name => !nodes.has(name));
  if (stranger !== undefined)
    return `no node is called '${stranger}'; there are ${[...nodes.keys()].join(', ')}`;
  const links = nodes.get(String(value['node'])) ?? [];
  const link = value['interface'];
  if (typeof link === 'string' && !links.includes(link))
    return `${value['node']} has no interface '${link}'; it has ${links.join(', ')}`;
  return undefined;
}

function readAction(value: unknown, context: ScenarioContext): SimulatedAction | string {
  if (!isRecord(value)) return 'an action is a mapping with at, do and what belongs to it';
  const kind = value['do'];
  if (typeof kind !== 'string' || !Object.hasOwn(schemas, kind))
    return `do must be one of ${Object.keys(schemas).join(', ')} (got ${JSON.stringify(kind) ?? 'nothing'})`;
  const fault = faultIn(schemas[kind as Kind], value, 'action') ?? misfit(value, context);
  if (fault !== undefined) return fault;
  try {
    return (readers[kind as Kind] as (written: unknown, context: ScenarioContext) => SimulatedAction)(
      value,
      context,
    );
  } catch (error) {
    if (error instanceof FaultError) return error.message;
    throw error;
  }
}

/** The scenario of a text, or every place where it is wrong; `path` is what messages call it. */
export function readScenario(
  path: string,
  written: string,
  context: ScenarioContext,
): Outcome<WrittenScenario> {
  const text = readYamlText(written.replace(/^\ufeff/, ''));
  if (text.problems.length > 0) return refuseText(path, text.problems);
  const problems: TextProblem[] = [];
  const complain = (where: readonly (string | number)[], message: string) => {
    const place = text.placeOf(where) ?? { line: 1, column: 1 };
    problems.push({ ...place, message });
  };
  const document = isRecord(text.value) ? text.value : {};
  const { actions: listed, ...rest } = document;
  const fault = faultIn(whole, isRecord(text.value) ? rest : text.value, 'scenario');
  if (fault !== undefined) complain([], fault);
  if (!Array.isArray(listed)) complain(['actions'], 'actions must be a list');
  const actions: { at: Scenario['until']; action: SimulatedAction }[] = [];
  for (const [index, value] of (Array.isArray(listed) ? listed : []).entries()) {
    const action = readAction(value, context);
    if (typeof action === 'string') complain(['actions', index], action);
    else actions.push({ at: instant(seconds((value as { at: number }).at)), action });
  }
  const named = rest as ValueOf<typeof whole>;
  for (const name of fault === undefined ? (named.idle ?? []) : [])
    if (!context.nodes.has(name)) complain(['idle'], `no node is called '${name}'`);
  if (problems.length > 0) return refuseText(path, problems);
  return succeed({
    seed: named.seed,
    network: networkOf(named.network ?? {}),
    idle: named.idle ?? [],
    actions: actions.sort((a, b) => a.at - b.at),
    until: instant(seconds(named.until)),
  });
}
