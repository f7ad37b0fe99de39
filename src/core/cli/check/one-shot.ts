// What a one-shot check prints: the line of a monitoring plugin, the steps with their times, or JSON; once or again and again.
// Spec: Monitoring Plugins Development Guidelines (0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; `label=value[unit];warn;crit;min`).

import { type CheckKind, unsupportedCheck } from '../../check/index.ts';
import { FaultError } from '../../fault.ts';
import { visible } from '../../visible.ts';
import { paint } from '../ipvs/columns.ts';
import { brief } from '../status/words.ts';
import { type Probe, probe, type Step } from './probe.ts';
import type { NoTarget } from './target.ts';

export interface OneShotOptions {
  /** Seconds from which a success is a warning, or critical. */
  readonly warning: number | undefined;
  readonly critical: number | undefined;
  readonly repeat: number;
  /** Seconds between two runs. */
  readonly interval: number;
  readonly json: boolean;
}

export interface Question {
  /** TCP, HTTP, ... */
  readonly label: string;
  /** For people: what is asked. */
  readonly subject: string;
  readonly check: CheckKind;
  /** Seconds; undefined: nothing was resolved. */
  readonly resolved: number | undefined;
}

const verdicts = [
  { exit: 0, word: 'OK' },
  { exit: 1, word: 'WARNING' },
  { exit: 2, word: 'CRITICAL' },
  { exit: 3, word: 'UNKNOWN' },
] as const;
type Verdict = (typeof verdicts)[number];

function verdictOf({ result, took }: Probe, { warning, critical }: OneShotOptions): Verdict {
  if (result === 'untried') return verdicts[3];
  if (result === 'failure' || (critical !== undefined && took >= critical)) return verdicts[2];
  return warning !== undefined && took >= warning ? verdicts[1] : verdicts[0];
}

/** A bar would begin the performance data. */
const safe = (text: string): string => visible(text).replaceAll('|', '/');

const performanceOf = (took: number, { warning, critical }: OneShotOptions): string =>
  `time=${took.toFixed(6)}s;${warning ?? ''};${critical ?? ''};0`;

const coloured = ({ exit, word }: Verdict): string => {
  const colour = paint();
  return [colour.green, colour.yellow, colour.red, colour.magenta][exit]?.(word) ?? word;
};

const pause = (seconds: number) => new Promise<void>(done => setTimeout(done, seconds * 1_000));

interface Run {
  readonly probe: Probe;
  readonly verdict: Verdict;
}

/** What a check prints of a target that it cannot ask. */
export function answerUnknown(label: string, { unknownHost }: NoTarget, { json }: OneShotOptions): number {
  const cause = `there is no host ${unknownHost}`;
  const text = json
    ? JSON.stringify({ check: label, verdict: 'UNKNOWN', result: 'untried', cause, took: null, steps: [] })
    : `${label} ${coloured(verdicts[3])} - ${safe(cause)}`;
  process.stdout.write(`${text}\n`);
  return verdicts[3].exit;
}

/** Asks, prints, and resolves with the exit code of the worst run. */
export async function ask(question: Question, options: OneShotOptions): Promise<number> {
  const missing = unsupportedCheck(question.check);
  if (missing !== undefined) throw new FaultError({ code: 'usage', message: missing });
  const runs: Run[] = [];
  for (let count = 0; count < options.repeat; count++) {
    if (count > 0) await pause(options.interval);
    const found = await probe(question.check, question.label);
    const steps: readonly Step[] =
      question.resolved === undefined
        ? found.steps
        : [{ name: 'resolve', took: question.resolved }, ...found.steps];
    const run = { probe: { ...found, steps }, verdict: verdictOf(found, options) };
    runs.push(run);
    if (options.json) process.stdout.write(`${JSON.stringify(documentOf(question, run))}\n`);
    else if (options.repeat > 1) process.stdout.write(`${count + 1}  ${shortLine(run)}\n`);
  }
  const worst = runs.reduce((one, other) => (other.verdict.exit > one.verdict.exit ? other : one));
  if (!options.json)
    process.stdout.write(
      options.repeat > 1 ? summary(question, runs, worst, options) : wholeText(question, worst, options),
    );
  return worst.verdict.exit;
}

const documentOf = ({ label, subject }: Question, { probe: found, verdict }: Run) => ({
  check: label,
  target: subject,
  verdict: verdict.word,
  result: found.result,
  cause: found.cause,
  took: found.took,
  steps: found.steps.map(({ name, took }) => ({ name, took: Number(took.toFixed(6)) })),
});

const shortLine = ({ probe: found, verdict }: Run): string =>
  `${coloured(verdict)}  ${brief(found.took)}  ${safe(found.cause)}`;

function wholeText({ label, subject }: Question, { probe: found, verdict }: Run, options: OneShotOptions) {
  const head = `${label} ${coloured(verdict)} - ${safe(subject)}: ${safe(found.cause)} | ${performanceOf(found.took, options)}\n`;
  const steps = found.steps.map(({ name, took }) => `  ${name.padEnd(10)}  ${brief(took).padStart(8)}\n`);
  return head + steps.join('');
}

function summary(
  { label, subject }: Question,
  runs: readonly Run[],
  { verdict, probe: worst }: Run,
  options: OneShotOptions,
): string {
  const times = runs.map(({ probe: found }) => found.took).sort((a, b) => a - b);
  const [least = 0, middle = 0, most = 0] = [times[0], times[times.length >> 1], times.at(-1)];
  const good = runs.filter(({ probe: found }) => found.result === 'success').length;
  const cause = good === runs.length ? '' : `; ${safe(worst.cause)}`;
  return `${label} ${coloured(verdict)} - ${safe(subject)}: ${good} of ${runs.length} succeeded, ${brief(least)} / ${brief(middle)} / ${brief(most)} (least, median, most)${cause} | ${performanceOf(middle, options)}\n`;
}
