// The one way for the fleet's comparisons to say something: at the later node, with the earlier one related.
// Spec: Diagnostic of conf/.

import type { Diagnostic, Statement } from '../../conf/index.ts';
import type { Member } from './match.ts';
import { type FleetRule, fleetRules } from './rules.ts';

export interface FleetReport {
  readonly say: (
    rule: FleetRule,
    message: string,
    at: Statement,
    related?: { readonly message: string; readonly at: Statement },
  ) => void;
  readonly found: readonly Diagnostic[];
}

export function createFleetReport(): FleetReport {
  const found: Diagnostic[] = [];
  return {
    found,
    say: (rule, message, at, related) => {
      found.push({
        rule,
        severity: fleetRules[rule],
        message,
        place: at.place(),
        ...(related === undefined
          ? {}
          : { related: [{ message: related.message, place: related.at.place() }] }),
      });
    },
  };
}

/** The line that says it, else the instance. */
export const lineOf = ({ sight }: Member, ...keywords: readonly string[]): Statement =>
  keywords.map(keyword => sight.lines.get(keyword)).find(line => line !== undefined) ?? sight.statement;
