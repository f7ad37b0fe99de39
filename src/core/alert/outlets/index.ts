// The outlets as a total table: a new one is a file, a line here, and what the runtime's table of performers then lacks.
// Spec: outlet.ts says what an outlet is.

import type { AlertEvent } from '../model.ts';
import type { Outlet, Pace } from './outlet.ts';
import { programs } from './programs.ts';

const outlets = { programs } as const;

export type OutletKind = keyof typeof outlets;

type ContentOf<Any> = Any extends Outlet<infer Content> ? Content : never;

/** One thing for one outlet to do. */
export type Delivery = {
  readonly [K in OutletKind]: { readonly outlet: K; readonly content: ContentOf<(typeof outlets)[K]> };
}[OutletKind];

export const outletKinds = Object.keys(outlets) as readonly OutletKind[];

/** The compiler loses which content belongs to which outlet; the type of a delivery keeps it. */
const outletOf = (kind: OutletKind) => outlets[kind] as Outlet<unknown>;

export const paceOf = (kind: OutletKind): Pace => outletOf(kind).pace;

export const deliveriesOf = (kind: OutletKind, event: AlertEvent): readonly Delivery[] =>
  outletOf(kind)
    .contents(event)
    .map(content => ({ outlet: kind, content }) as Delivery);

export const nameOf = ({ outlet, content }: Delivery): string => outletOf(outlet).nameOf(content);
