// Records of track_interface, track_script, track_file, track_process and track_bfd, and vrrp_script blocks.
// Spec: keepalived.conf(5) "TRACKING"; what a record names must stand before it in the file.

import { nearest } from '../../nearest.ts';
import type { TrackInterface, TrackNamed, TrackScript, TrackScriptConfig } from '../../vrrp/config.ts';
import { createValues } from '../blocks/descriptor.ts';
import { type VrrpScriptValues, vrrpScript } from '../blocks/vrrp-script.ts';
import type { Statement } from '../statement.ts';
import { type BlockTable, defineBlock, tableOf } from './block.ts';
import type { Context } from './context.ts';
import type { Handler } from './handler.ts';
import { readInitFile } from './judged-blocks.ts';
import { defineRecord } from './record-words.ts';
import { type WeightWord, weightAt } from './weight.ts';

export interface ScriptDraft {
  readonly name: string;
  readonly statement: Statement;
  readonly values: VrrpScriptValues;
  used: boolean;
}

/** Something with a weight that a track_* record may name: track_file, vrrp_track_process, bfd_instance. */
export interface Trackable {
  readonly name: string;
  weight: number;
  reverse: boolean;
}

export const createScriptDraft = (name: string, statement: Statement): ScriptDraft => ({
  name,
  statement,
  values: createValues(vrrpScript),
  used: false,
});

const setWeight: Handler<{ weight: number; reverse: boolean }> = (draft, s, c) => {
  const read = weightAt(s, 1, c);
  if (read === undefined) return;
  draft.weight = read.weight;
  draft.reverse = read.reverse ?? false;
};

export const vrrpScriptTable = tableOf(vrrpScript);

/** `weight` is all that VRRP's own configuration keeps of these blocks; their rooms do not exist yet. */
const initFile: Handler<Trackable> = (_d, s, c) => readInitFile(s, c);
export const trackFile: BlockTable<Trackable> = defineBlock<Trackable>('track_file', {
  weight: setWeight,
  init_file: initFile,
});
export const oldTrackFile: BlockTable<Trackable> = defineBlock<Trackable>('vrrp_track_file', {
  weight: setWeight,
  init_file: initFile,
});
export const trackProcess: BlockTable<Trackable> = defineBlock<Trackable>('vrrp_track_process', {
  weight: setWeight,
});
export const bfdInstance: BlockTable<Trackable> = defineBlock<Trackable>('bfd_instance', {
  weight: setWeight,
});

/** Records of all five kinds have one word. What lvskit does not act on is said of their block, not of each word. */
const records = {
  interface: defineRecord('<track-interface-line>', { weight: weightAt }),
  script: defineRecord('<track-script-line>', { weight: weightAt }),
  track_file: defineRecord('<track-file-line>', { weight: weightAt }),
  vrrp_track_process: defineRecord('<track-process-line>', { weight: weightAt }),
  bfd_instance: defineRecord('<track-bfd-line>', { weight: weightAt }),
} as const;

/** The weight clause of a record; undefined where the record has none. */
function recordWeight(kind: keyof typeof records, s: Statement, c: Context): WeightWord | undefined {
  const word = s.word(1);
  if (word === undefined) return undefined;
  const known = s.length > 2 ? records[kind].words.get(word) : undefined;
  if (known !== undefined) return known.read(s, 2, c);
  c.warn('unknown-word', s, `${word} is not understood here; write: ${s.keyword} weight N`, 1);
  return undefined;
}

export function readTrackInterfaces(block: readonly Statement[], c: Context, into: TrackInterface[]): void {
  for (const s of block) {
    const name = s.keyword;
    if (into.some(item => item.interface === name)) {
      c.warn('duplicate', s, `${name} is tracked twice; the second record is ignored`, 0);
      continue;
    }
    const read = recordWeight('interface', s, c);
    c.mention(name, s, 0);
    into.push({ interface: name, weight: read?.weight ?? 0, reverse: read?.reverse ?? false });
  }
}

/** Tells of a name nobody has defined before this line. */
function missing(s: Statement, word: number, kind: string, known: Iterable<string>, c: Context): void {
  const name = s.word(word) ?? '';
  const near = nearest(name, known);
  const tail = near === undefined ? '' : `; did you mean ${near}?`;
  const message = `no ${kind} ${name} is defined before this line${tail}`;
  c.conclude(c.causes.ofName(name), 'error', 'undefined-name', s, message, word);
  c.causes.misses(near);
}

/** The name a checker gives; told if its block does not stand before the virtual server: keepalived drops the checker. */
export function nameDefinedBefore(kind: keyof Context['checkable'], s: Statement, c: Context): string {
  const known = c.checkable[kind];
  const name = s.word(1) ?? '';
  if ((known.get(name) ?? Number.POSITIVE_INFINITY) > c.serversBefore)
    missing(s, 1, kind, known.has(name) ? [] : known.keys(), c);
  return name;
}

export function readTrackScripts(
  block: readonly Statement[],
  scripts: ReadonlyMap<string, ScriptDraft>,
  c: Context,
  into: TrackScript[],
): void {
  for (const s of block) {
    const script = scripts.get(s.keyword);
    if (script === undefined) {
      missing(s, 0, 'vrrp_script', scripts.keys(), c);
      continue;
    }
    script.used = true;
    if (into.some(item => item.script === script.name)) {
      c.warn('duplicate', s, `${script.name} is tracked twice; the second record is ignored`, 0);
      continue;
    }
    const read = recordWeight('script', s, c);
    into.push({
      script: script.name,
      weight: read?.weight ?? script.values.weight.weight,
      reverse: read?.reverse ?? script.values.weight.reverse,
    });
  }
}

export function readTrackNamed(
  block: readonly Statement[],
  kind: 'track_file' | 'vrrp_track_process' | 'bfd_instance',
  known: ReadonlyMap<string, Trackable>,
  c: Context,
  into: TrackNamed[],
): void {
  for (const s of block) {
    const item = known.get(s.keyword);
    if (item === undefined) missing(s, 0, kind, known.keys(), c);
    else if (into.some(({ name }) => name === item.name))
      c.warn('duplicate', s, `${item.name} is tracked twice; the second record is ignored`, 0);
    else {
      const read = recordWeight(kind, s, c);
      into.push({
        name: item.name,
        weight: read?.weight ?? item.weight,
        reverse: read?.reverse ?? item.reverse,
      });
    }
  }
}

/** Scripts that something tracks; the others are told and removed, as keepalived does. */
export function usedScripts(drafts: Iterable<ScriptDraft>, c: Context): readonly TrackScriptConfig[] {
  const scripts: TrackScriptConfig[] = [];
  for (const draft of drafts) {
    const { name, statement, used } = draft;
    const { script, user, interval, timeout, weight, rise, fall, init_fail: initFail } = draft.values;
    if (script === undefined) continue;
    if (!used)
      c.conclude(
        c.causes.ofName(name),
        'warning',
        'unused-script',
        statement,
        `vrrp_script ${name} is not tracked by anything; it does not run`,
        1,
      );
    else {
      const command = user === undefined ? script : { ...script, ...user };
      c.runs(command, statement.block?.findLast(({ keyword }) => keyword === 'script') ?? statement);
      scripts.push({
        name,
        command,
        interval,
        timeout: timeout ?? interval,
        ...weight,
        rise,
        fall,
        initFail,
      });
    }
  }
  return scripts;
}
