// `lvskit check config`: every checker of a file once, and what the daemon would serve then; or on and on, as a table that changes.
// Spec: runtime/check-round.ts; exit 0, or 1 where a service would have no real server.

import { exitCodes } from '../../fault.ts';
import { poolRecordOf, serverNewsKey, serviceNewsKey } from '../../pool/index.ts';
import { type CheckRound, startChecks } from '../../runtime/check-round.ts';
import { inSeconds } from '../../time.ts';
import { visible } from '../../visible.ts';
import { columns, paint } from '../ipvs/columns.ts';
import { createProgress } from '../progress.ts';
import { brief, shownKey } from '../status/words.ts';
import { targetText } from './list.ts';
import { type LoadedChecks, loadChecks } from './load.ts';

export interface ConfigCheck extends LoadedChecks {
  readonly watch: boolean;
  readonly json: boolean;
}

/** What ends it, with the programs that it has started. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type Process = CheckRound['process'];

interface CheckResult {
  readonly keyword: string;
  readonly target: string;
  readonly result: 'success' | 'failure' | 'untried' | null;
  readonly cause: string;
  /** Seconds. */
  readonly took: number | null;
}

interface ServerResult {
  readonly server: string;
  readonly up: boolean;
  /** In the table; null: not there. */
  readonly weight: number | null;
  readonly cause: string;
  readonly checks: readonly CheckResult[];
}

interface ServiceResult {
  readonly service: string;
  readonly serving: 'real servers' | 'sorry server' | 'nothing';
  readonly cause: string;
  readonly servers: readonly ServerResult[];
}

/** What the pool makes of what was found. */
function resultsOf({ pool, checkers }: Process): readonly ServiceResult[] {
  const byServer = new Map<string, CheckResult[]>();
  for (const { config, standing } of checkers.values()) {
    const { last } = standing;
    const key = `${config.virtualServer}\n${config.realServer}`;
    const result = {
      keyword: config.keyword,
      target: targetText(config),
      result: last?.result ?? null,
      cause: last?.cause ?? 'not checked yet',
      took: last === undefined ? null : inSeconds(last.latency),
    };
    byServer.set(key, [...(byServer.get(key) ?? []), result]);
  }
  return [...pool.virtualServers].flatMap(([key, { realServers }]): readonly ServiceResult[] => {
    const found = poolRecordOf(pool, serviceNewsKey(key));
    if (found?.kind !== 'service') return [];
    const servers = [...realServers.keys()].flatMap((name): readonly ServerResult[] => {
      const real = poolRecordOf(pool, serverNewsKey(key, name));
      if (real?.kind !== 'server') return [];
      const { state, cause, weight } = real.record;
      const checks = byServer.get(`${key}\n${name}`) ?? [];
      return [{ server: name, up: state === 'up', weight: weight.inForce ?? null, cause, checks }];
    });
    return [{ service: key, serving: found.record.serving, cause: found.record.cause, servers }];
  });
}

const took = (seconds: number | null): string => (seconds === null ? '' : brief(seconds));

function rowsOf({ service, serving, servers }: ServiceResult): readonly (readonly string[])[] {
  const colour = paint();
  const word = {
    'real servers': colour.green('up'),
    'sorry server': colour.yellow('SORRY'),
    nothing: colour.red('NOTHING'),
  } as const;
  const up = servers.filter(server => server.up).length;
  return [
    [shownKey(service), word[serving], '', '', `${up} of ${servers.length} servers up`],
    ...servers.flatMap(server => {
      const state = server.up ? colour.green('up') : colour.red('DOWN');
      const weight = server.weight === null ? 'out' : String(server.weight);
      const [first, ...others] = server.checks;
      const line = (check: CheckResult | undefined) =>
        check === undefined
          ? ['', 'no check']
          : [
              took(check.took),
              visible(
                `${check.keyword}: ${check.result === 'untried' ? 'could not be done: ' : ''}${check.cause}`,
              ),
            ];
      return [
        [`  ${shownKey(server.server)}`, state, weight, ...line(first)],
        ...others.map(check => ['', '', '', ...line(check)]),
      ];
    }),
  ];
}

const heads = ['SERVICE / SERVER', 'STATE', 'WEIGHT', 'TOOK', 'FOUND'].map(head => ({ head }));

function textOf(results: readonly ServiceResult[]): string {
  if (results.length === 0) return 'No virtual server: there is nothing to check\n';
  return columns(heads, results.flatMap(rowsOf));
}

const isServed = ({ serving }: ServiceResult): boolean => serving === 'real servers';

/** Resolves with the exit code; throws FaultError for a file that is refused. */
export async function checkConfig(options: ConfigCheck): Promise<number> {
  const config = loadChecks(options);
  const round = await startChecks(config);
  const stop = () => void round.close();
  for (const signal of signals) process.once(signal, stop);
  try {
    if (options.watch) return await watchRound(round, options.json);
    const progress = createProgress('checks', config.checkers.length);
    const complete = await round.complete(done => progress.at(done));
    progress.end();
    const results = resultsOf(round.process);
    process.stdout.write(
      options.json ? `${JSON.stringify({ services: results }, undefined, 2)}\n` : textOf(results),
    );
    const lost = results.filter(result => !isServed(result));
    if (lost.length > 0 && !options.json)
      process.stderr.write(
        `lvskit: ${lost.map(({ service }) => shownKey(service)).join(', ')} would have no real server\n`,
      );
    if (!complete) process.stderr.write('lvskit: broken off: not every check has run\n');
    return lost.length === 0 && complete ? exitCodes.ok : exitCodes.failure;
  } finally {
    for (const signal of signals) process.off(signal, stop);
    await round.close();
  }
}

/** Milliseconds between two looks at what has changed. */
const look = 250;

/** On a terminal a table that is drawn anew when it changes, else the table whenever it has changed. Ends by a signal. */
async function watchRound(round: CheckRound, json: boolean): Promise<number> {
  let shown = '';
  let ended = false;
  const end = () => {
    ended = true;
  };
  for (const signal of signals) process.once(signal, end);
  process.stdout.once('error', end);
  void round.complete(() => {});
  let results = resultsOf(round.process);
  while (!ended) {
    results = resultsOf(round.process);
    const text = json ? `${JSON.stringify({ services: results })}\n` : textOf(results);
    // Times differ with each run and are no news.
    const news = JSON.stringify(results, (key, value) => (key === 'took' ? undefined : value));
    if (news !== shown) {
      shown = news;
      process.stdout.write(process.stdout.isTTY === true && !json ? `\u001b[H\u001b[2J${text}` : text);
    }
    await new Promise(done => setTimeout(done, look));
  }
  return results.every(isServed) ? exitCodes.ok : exitCodes.failure;
}
