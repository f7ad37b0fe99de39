// The rules of the fleet by id: severity and sentence. Their pages are in reader-pages.ts.
// Spec: what must agree between the nodes of a virtual router, and what must differ.

import type { Severity } from '../../conf/index.ts';

export const fleetRules = {
  'fleet-router-number': 'error',
  'fleet-addresses': 'error',
  'fleet-version': 'error',
  'fleet-authentication': 'error',
  'fleet-interval': 'error',
  'fleet-transport': 'error',
  'fleet-peers': 'error',
  'fleet-source': 'error',
  'fleet-weight': 'error',
  'fleet-priority': 'warning',
  'fleet-state': 'warning',
  'fleet-sync-group': 'warning',
  'fleet-alone': 'warning',
  'fleet-router-id': 'warning',
  'fleet-service': 'warning',
  'fleet-real-servers': 'warning',
} as const satisfies Readonly<Record<string, Severity>>;

export type FleetRule = keyof typeof fleetRules;
