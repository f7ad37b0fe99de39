// Tracking scripts: when they run, and how single results become up and down.
// Spec: keepalived.conf(5) vrrp_script (interval, timeout, rise, fall, init_fail).

import { noteChange, noteCount, noteTransition } from '../news.ts';
import { after } from '../time.ts';
import { setAlarm } from './alarms.ts';
import type { TrackScriptConfig } from './config.ts';
import type { ScriptState } from './state.ts';
import { say, type Turn } from './turn.ts';

/** The next result value: `rise` successes or `fall` failures in a row cross the border at `rise`. */
export function countResult(config: TrackScriptConfig, result: number, success: boolean): number {
  const top = config.rise + config.fall - 1;
  if (success) return result < config.rise - 1 ? result + 1 : top;
  return result > config.rise ? result - 1 : 0;
}

const isUp = (script: Readonly<ScriptState>): boolean => script.result >= script.config.rise;

const conditionWord = (up: boolean): string => (up ? 'up' : 'down');

function run(turn: Turn, script: ScriptState): void {
  const { name, command, timeout } = script.config;
  script.running = true;
  turn.effects.push({ kind: 'run-script', name, command, timeout });
}

/** Starts the next run; one that is still going on lets its turn pass. */
export function runScript(turn: Turn, script: ScriptState): void {
  const { name, interval } = script.config;
  setAlarm(turn.machine, 'script', name, after(turn.now, interval));
  if (script.running) say(turn, 'warning', `script ${name} still runs: this turn is skipped`);
  else run(turn, script);
}

/**
 * A script that cannot be started says nothing: what is known of it stays, and one that never ran is not tracked. True when nobody waits for
 * it any more.
 */
function takeRefusal(turn: Turn, script: ScriptState, detail: string): boolean {
  const { name } = script.config;
  const isNew = !script.untried || script.detail !== detail;
  const wasAwaited = !script.untried && !script.known;
  const standing = script.known
    ? `it counts as ${conditionWord(isUp(script))}, as before`
    : 'it is not tracked';
  if (isNew) say(turn, 'warning', `script ${name} ${detail}: ${standing}`);
  script.untried = true;
  script.detail = detail;
  (isNew ? noteChange : noteCount)(turn.machine.news, `script ${name}`);
  return wasAwaited;
}

/** Takes in the end of a run. True when something that instances track may have changed. */
export function takeResult(
  turn: Turn,
  script: ScriptState,
  success: boolean | undefined,
  detail: string,
): boolean {
  script.running = false;
  if (script.discard) {
    script.discard = false;
    setAlarm(turn.machine, 'script', script.config.name, turn.now);
    return false;
  }
  if (success === undefined) return takeRefusal(turn, script, detail);
  script.untried = false;
  const { config } = script;
  const [wasKnown, wasUp] = [script.known, isUp(script)];
  script.result = countResult(config, script.result, success);
  script.known = true;
  const up = isUp(script);
  if (!wasKnown || wasUp !== up) {
    const level = up ? 'info' : 'warning';
    say(turn, level, `script ${config.name}: ${up ? 'up' : 'down'} (${detail})`);
    const from = wasKnown ? conditionWord(wasUp) : 'unknown';
    const transition = { name: config.name, from, to: conditionWord(up), cause: detail, at: turn.now };
    noteTransition(turn.machine.news, { kind: 'script', ...transition });
    noteChange(turn.machine.news, `script ${config.name}`);
    script.since = turn.now;
  } else if (detail !== script.detail) say(turn, 'info', `script ${config.name}: ${detail}`);
  script.detail = detail;
  noteCount(turn.machine.news, `script ${config.name}`);
  return !wasKnown || wasUp !== up;
}
