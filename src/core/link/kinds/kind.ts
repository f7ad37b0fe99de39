// What a kind of thing that can be held in the kernel has to say for itself.
// Spec: DESIGN "desired state, then a plan": one file a kind, one line in kinds/index.ts.

import type { AddressRecord, Request, RouteInsertion, RouteRecord, RuleRecord } from '../../netlink/index.ts';
import type { Mirror } from '../mirror.ts';

/** The record of each kind: what the kernel is asked for, interfaces by index. */
export interface Records {
  readonly address: AddressRecord;
  readonly route: RouteRecord;
  readonly rule: RuleRecord;
}
export type HoldingKind = keyof Records;

/** What somebody wants to be held. */
export interface Desired<Kind extends HoldingKind = HoldingKind> {
  readonly kind: Kind;
  readonly record: Records[Kind];
  /** For people: `10.0.0.1/32 dev eth0`, `203.0.113.0/24`, `5000`. */
  readonly subject: string;
  /** Whether its removal by others is a loss. */
  readonly tracked: boolean;
  /** Routes only. */
  readonly insert: RouteInsertion | undefined;
}

export interface Kind<Record> {
  /** What tells it apart. A reported record may answer to several keys, the exact one first: a route whose device the kernel found. */
  keys(record: Record): readonly string[];
  /** Things that the kernel takes for one another, or that go together; undefined: there are none. */
  neighbourhood(record: Record): string | undefined;
  /** Whether no two of a neighbourhood can be there at once, so that one is removed before the other is added. */
  readonly exclusive: boolean;
  /** Indexes of the interfaces it cannot be without. */
  links(record: Record): readonly number[];
  /** Whether the kernel holds another in its place, for which EEXIST speaks. */
  rivalled(mirror: Mirror, record: Record): boolean;
  /** Whether the kernel may hold both of these as one, which only its reports tell; undefined: keys tell all apart. */
  readonly maybeSame?: (a: Record, b: Record) => boolean;
  /** What the kernel holds of it. */
  find(mirror: Mirror, record: Record): Record | undefined;
  /** What the kernel shows, in the form in which one asks for it; undefined: as it shows it. */
  readonly asAsked?: (shown: Record, asked: Record) => Record;
  /** Whether asking for the second after the first would change nothing. */
  same(a: Record, b: Record): boolean;
  /** The request that turns the first into the second without a gap; undefined: there is none. */
  replace(before: Record, now: Record): Request | undefined;
  add(record: Record, insert: RouteInsertion | undefined): Request;
  remove(record: Record): Request;
}
