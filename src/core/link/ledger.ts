// The ownership ledger: what this daemon put into the kernel, in lines that are only appended, so that a start after kill -9 cleans up.
// Spec: DESIGN "ownership ledger"; /proc/sys/kernel/random/boot_id: nothing of another boot is in the kernel any more.
//
// One line of JSON for the boot, then one for each change. Additions are written BEFORE the kernel is asked, removals after it answered:
// what the ledger names may be missing in the kernel, what the kernel holds of ours is never missing in the ledger.

import type { Possession } from './holdings.ts';
import { idOf, kinds, rulesOf } from './kinds/index.ts';

export interface LedgerEntry extends Possession {
  readonly change: 'add' | 'remove';
  /** The owner's label, for people who read the file. */
  readonly owner: string;
  /** The kernel said that it holds it in this form: what was written before does not count any more. */
  readonly settled?: boolean;
}

const format = 'lvskit-ledger-1';

/** JSON without big integers: tunnel ids are written as {"big": "77"}. */
const encode = (value: unknown): string =>
  JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? { big: String(part) } : part));

const decode = (text: string): unknown =>
  JSON.parse(text, (_, part) =>
    typeof part?.big === 'string' && Object.keys(part).length === 1 ? BigInt(part.big) : part,
  );

/** The first line of a ledger. */
export const ledgerHead = (bootId: string): string => `${encode({ format, boot: bootId })}\n`;

/** The lines of these entries, each ended. */
export const ledgerLines = (entries: readonly LedgerEntry[]): string =>
  entries
    .map(
      ({ change, owner, kind, record, mac, unsure, settled }) =>
        `${encode({ change, owner, kind, record, mac, unsure, settled })}\n`,
    )
    .join('');

/** A ledger that says what these possessions say and nothing of what was before: for when it has grown long. */
export const compactLedger = (bootId: string, possessions: readonly Possession[]): string =>
  ledgerHead(bootId) +
  ledgerLines(possessions.map(possession => ({ change: 'add', owner: '', ...possession })));

/** Whether a text can be a ledger: empty, or with a head, be it of another boot. What is neither was damaged, and what it said is lost. */
export function isLedger(text: string): boolean {
  if (text === '') return true;
  const [head = ''] = text.split('\n', 1);
  return text.includes('\n') && readLine(head)?.['format'] === format;
}

/**
 * What a predecessor that was killed may have left in the kernel. Nothing for a ledger of another boot or format. A last line without its
 * end was being written when the process died: the kernel was not asked for it. Lines that cannot be read are passed over.
 */
export function replay(text: string, bootId: string): Possession[] {
  const lines = text.split('\n');
  lines.pop();
  const [head, ...rest] = lines.map(readLine);
  if (head?.['format'] !== format || head['boot'] !== bootId) return [];
  const left = new Map<string, Possession>();
  for (const line of rest) {
    if (line === undefined) continue;
    const { change, kind, record, mac, unsure, settled } = line;
    const possession = possessionOf(kind, record, mac);
    if (possession === undefined) continue;
    const id = idOf(possession.kind, possession.record);
    if (change === 'add') {
      // Two forms of one thing: the process may have died before the kernel made the second of the first.
      const before = settled === true ? undefined : left.get(id);
      const isUnsure =
        unsure === true ||
        (before !== undefined && (before.unsure === true || encode(before.record) !== encode(record)));
      left.set(id, isUnsure ? { ...possession, unsure: true } : possession);
    } else if (change === 'remove') left.delete(id);
  }
  return [...left.values()];
}

function readLine(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = decode(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The possession, if the kernel can be asked to remove it. */
function possessionOf(kind: unknown, record: unknown, mac: unknown): Possession | undefined {
  if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) return undefined;
  const possession = { kind, record, ...(typeof mac === 'string' ? { mac } : {}) } as Possession;
  try {
    rulesOf(possession.kind).remove(possession.record);
    idOf(possession.kind, possession.record);
    return possession;
  } catch {
    return undefined;
  }
}
