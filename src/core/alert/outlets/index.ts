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

export const paceOf = (kind: OutletKind): Pace => outlets[kind].pace;

export const deliveriesOf = (kind: OutletKind, event: AlertEvent): readonly Delivery[] =>
  outlets[kind].contents(event).map(content => ({ outlet: kind, content }));

export const nameOf = ({ outlet, content }: Delivery): string => outlets[outlet].nameOf(content);
