// Rules of a simulated kernel: equal ones are refused, one without a preference gets the next lower one.
// Spec: Linux net/core/fib_rules.c (fib_nl_newrule, rule_exists, fib_default_rule_pref, rule_find).

import { equal } from '../../equal.ts';
import type { Family } from '../../net/index.ts';
import { messageFlags, type RuleRecord, ruleActions } from '../../netlink/index.ts';
import { type KernelAnswer, refused, type SimulatedKernel } from './state.ts';

const plain = (family: Family, preference: number, table: number): RuleRecord => ({
  family,
  invert: false,
  from: undefined,
  to: undefined,
  preference,
  tos: 0,
  fwmark: undefined,
  inputInterface: undefined,
  outputInterface: undefined,
  // RTPROT_KERNEL.
  protocol: 2,
  ipProtocol: undefined,
  sourcePorts: undefined,
  destinationPorts: undefined,
  uidRange: undefined,
  tunnelId: undefined,
  realms: undefined,
  suppressPrefixLength: undefined,
  suppressInterfaceGroup: undefined,
  l3mdev: false,
  action: ruleActions.table,
  table,
  target: undefined,
});

/** local, main, default; IPv6 has no default table. */
export const firstRules = (): RuleRecord[] => [
  plain('inet', 0, 255),
  plain('inet', 32766, 254),
  plain('inet', 32767, 253),
  plain('inet6', 0, 255),
  plain('inet6', 32766, 254),
];

/** fib_default_rule_pref: one less than the second rule, so that the first (local) stays first. */
function defaultPreference(kernel: SimulatedKernel, family: Family): number {
  const second = kernel.rules.filter(each => each.family === family)[1];
  return second?.preference === undefined || second.preference === 0 ? 0 : second.preference - 1;
}

const like = (held: RuleRecord, asked: RuleRecord): boolean =>
  equal(
    { ...held, preference: asked.preference ?? held.preference },
    { ...asked, preference: held.preference },
  ) &&
  (asked.preference === undefined || held.preference === asked.preference);

export function insertRule(kernel: SimulatedKernel, asked: RuleRecord, flags: number): KernelAnswer {
  const preference = asked.preference ?? defaultPreference(kernel, asked.family);
  const record = { ...asked, preference };
  if ((flags & messageFlags.exclusive) !== 0 && kernel.rules.some(held => like(held, record)))
    return refused('EEXIST');
  const next = kernel.rules.findIndex(
    each => each.family === asked.family && (each.preference ?? 0) > preference,
  );
  kernel.rules.splice(next < 0 ? kernel.rules.length : next, 0, record);
  return { errno: undefined, news: [{ kind: 'rule', gone: false, record }] };
}

export function deleteRule(kernel: SimulatedKernel, asked: RuleRecord): KernelAnswer {
  const found = kernel.rules.find(held => like(held, asked));
  if (found === undefined) return refused('ENOENT');
  kernel.rules.splice(kernel.rules.indexOf(found), 1);
  return { errno: undefined, news: [{ kind: 'rule', gone: true, record: found }] };
}
