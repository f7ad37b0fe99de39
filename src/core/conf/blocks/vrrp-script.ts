// vrrp_script: a program whose result changes the priority or the state of the instances that track it.
// Spec: keepalived.conf(5) "VRRP SCRIPT(S)"; what keepalived corrects while parsing is corrected here.

import type { ScriptCommand } from '../../script.ts';
import { type Duration, seconds as inSeconds } from '../../time.ts';
import { int32 } from '../keywords/grammar.ts';
import { plainCommand, userOf } from '../model/scripts.ts';
import { weightAt } from '../model/weight.ts';
import { block, type Descriptor, type Values } from './descriptor.ts';
import { flag, integer, off, seconds } from './values.ts';

interface Weight {
  readonly weight: number;
  readonly reverse: boolean;
}

const one = { value: 1, text: '1' } as const;
const noWeight: Weight = { weight: 0, reverse: false };

/** keepalived runs nothing every 0 seconds: it takes one second. */
const positive: NonNullable<Parameters<typeof seconds>[0]['zero']> = (s, c): Duration => {
  c.warn('corrected', s, `${s.keyword} 0 is replaced by 1 second`, 1);
  return inSeconds(1);
};
const times = { min: 0, max: 4294967, decimals: 3, zero: positive } as const;

export const vrrpScript = block('vrrp_script', {
  script: {
    kind: 'value',
    arguments: [{ type: 'script' }],
    bare: 'empty',
    says: 'The program to run.',
    feeds: ['TrackScriptConfig.command'],
    // One that cannot run replaces an earlier one all the same.
    read: (s, c) => plainCommand(s, c) ?? null,
  } satisfies Descriptor<ScriptCommand>,
  interval: seconds(times, {
    says: 'Seconds between two runs.',
    default: { value: inSeconds(1), text: '1' },
    feeds: ['TrackScriptConfig.interval'],
  }),
  timeout: seconds(times, {
    says: 'How long a run may take.',
    default: { from: 'interval' },
    feeds: ['TrackScriptConfig.timeout'],
  }),
  weight: {
    kind: 'value',
    arguments: [
      { type: 'integer', min: -253, max: 253 },
      { type: 'word', words: ['reverse'], optional: true },
    ],
    says: 'What it adds to a priority while it succeeds, or takes while it fails.',
    default: { value: noWeight, text: '0' },
    feeds: ['TrackScript.weight', 'TrackScript.reverse'],
    read: (s, c) => {
      const read = weightAt(s, 1, c);
      return read === undefined ? undefined : { weight: read.weight, reverse: read.reverse ?? false };
    },
  } satisfies Descriptor<Weight>,
  rise: integer(1, int32, {
    says: 'Successes in a row that make it up.',
    default: one,
    feeds: ['TrackScriptConfig.rise'],
  }),
  fall: integer(1, int32, {
    says: 'Failures in a row that make it down.',
    default: one,
    feeds: ['TrackScriptConfig.fall'],
  }),
  user: {
    kind: 'value',
    arguments: [{ type: 'user' }],
    says: 'The user and group the program runs as.',
    default: { from: 'script_user default' },
    feeds: ['ScriptCommand.user', 'ScriptCommand.group'],
    read: s => userOf(s, 1),
  } satisfies Descriptor<ReturnType<typeof userOf>>,
  init_fail: flag({
    says: 'Starts as failed.',
    default: off,
    feeds: ['TrackScriptConfig.initFail'],
  }),
});

export type VrrpScriptValues = Values<typeof vrrpScript>;
