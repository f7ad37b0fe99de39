// Rules as things that are held. All of a rule is its key: a changed one is another one.
// Spec: net/core/fib_rules.c rule_exists.

import { addRule, type RuleRecord, removeRule } from '../../netlink/index.ts';
import { ruleKey } from '../keys.ts';
import type { Kind } from './kind.ts';

export const rule: Kind<RuleRecord> = {
  keys: record => [ruleKey(record)],
  neighbourhood: () => undefined,
  exclusive: false,
  links: () => [],
  rivalled: () => false,
  find: (mirror, record) => mirror.rules.get(ruleKey(record)),
  same: () => true,
  replace: () => undefined,
  add: addRule,
  remove: removeRule,
};
