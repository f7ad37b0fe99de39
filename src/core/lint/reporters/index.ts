// The formats of a report by name.
// Spec: one file each in this folder.

import { checkstyle } from './checkstyle.ts';
import { github } from './github.ts';
import { human } from './human.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { line } from './line.ts';
import type { Reporter } from './report.ts';
import { sarif } from './sarif.ts';

export const reporters = { human, json, sarif, github, checkstyle, junit, line } as const satisfies Record<
  string,
  Reporter
>;

export type FormatName = keyof typeof reporters;

export const formatNames = Object.keys(reporters) as readonly FormatName[];
