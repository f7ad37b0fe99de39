// Every kind of thing that can be held, in the order in which they are added; they are removed in the reverse order.
// Spec: the order of keepalived(8): addresses, routes, rules.

import { address } from './address.ts';
import type { HoldingKind, Kind, Records } from './kind.ts';
import { route } from './route.ts';
import { rule } from './rule.ts';

export type * from './kind.ts';

export const kinds = { address, route, rule } as const satisfies { [K in HoldingKind]: Kind<Records[K]> };

const order = Object.keys(kinds);
export const rankOf = (kind: HoldingKind): number => order.indexOf(kind);

/** The rules of a kind, for records whose kind is only known as one of them. */
export const rulesOf = <K extends HoldingKind>(kind: K): Kind<Records[K]> =>
  kinds[kind] as unknown as Kind<Records[K]>;

/** The ids under which a reported record may be held, the most exact one first. */
export const idsOf = <K extends HoldingKind>(kind: K, record: Records[K]): readonly string[] =>
  rulesOf(kind)
    .keys(record)
    .map(key => `${kind} ${key}`);

/** The id under which a wanted record is held. */
export const idOf = <K extends HoldingKind>(kind: K, record: Records[K]): string =>
  idsOf(kind, record)[0] ?? kind;
