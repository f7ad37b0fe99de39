// Every rule over the facts, gravest findings first.
// Spec: the total table below; adding a rule is one function and one line.

import type { Facts } from './facts.ts';
import type { Finding, Severity } from './finding.ts';
import { arpOfRealServer, vipHeld } from './rules/addresses.ts';
import {
  connReuseMode,
  conntrackTable,
  expireNodestConn,
  expireQuiescentTemplate,
  sloppyTcp,
  vsConntrack,
} from './rules/connection-settings.ts';
import { ipForward, natWayBack, rpFilter, sendRedirects, tunnelMtu } from './rules/forwarding.ts';
import { nobodyServes, orphanedConnections, portZero, shadowedByMark } from './rules/table.ts';

const rules = {
  'no-server': nobodyServes,
  'port-zero': portZero,
  'shadowed-by-mark': shadowedByMark,
  'orphaned-connections': orphanedConnections,
  'vip-not-held': vipHeld,
  'real-server-arp': arpOfRealServer,
  'ip-forward': ipForward,
  'nat-way-back': natWayBack,
  'send-redirects': sendRedirects,
  'rp-filter': rpFilter,
  'tunnel-mtu': tunnelMtu,
  'conntrack-table': conntrackTable,
  'vs-conntrack': vsConntrack,
  'expire-nodest-conn': expireNodestConn,
  'expire-quiescent-template': expireQuiescentTemplate,
  'conn-reuse-mode': connReuseMode,
  'sloppy-tcp': sloppyTcp,
} as const satisfies Readonly<Record<string, (facts: Facts) => readonly Finding[]>>;

export type DoctorRule = keyof typeof rules;
export const doctorRules = Object.keys(rules) as readonly DoctorRule[];

export type Diagnosis = Finding & { readonly rule: DoctorRule };

const grave: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

export const diagnose = (facts: Facts): readonly Diagnosis[] =>
  doctorRules
    .flatMap(rule => rules[rule](facts).map(finding => ({ rule, ...finding })))
    .sort((a, b) => grave[a.severity] - grave[b.severity]);
