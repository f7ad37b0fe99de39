// `lvskit check list`: what a configuration checks, how often, and how long a fault may go unnoticed.
// Spec: check/detection.ts; one line a checker.

import { type CheckerConfig, worstDetection } from '../../check/index.ts';
import { exitCodes } from '../../fault.ts';
import { printEndpoint } from '../../net/index.ts';
import { inSeconds, printSeconds } from '../../time.ts';
import { visible } from '../../visible.ts';
import { columns } from '../ipvs/columns.ts';
import { shownKey } from '../status/words.ts';
import { type LoadedChecks, loadChecks } from './load.ts';

/** What is asked: an address and port, a program, a name. */
export function targetText({ check }: CheckerConfig): string {
  switch (check.kind) {
    case 'misc':
      return check.command.argv.join(' ');
    case 'file':
      return `track_file ${check.trackFile}`;
    case 'bfd':
      return `bfd_instance ${check.session}`;
    case 'http':
      return `${printEndpoint(check.target)} ${check.urls.map(({ path }) => path).join(' ')}`;
    case 'dns':
      return `${printEndpoint(check.target)} ${check.queryType} ${check.name === '' ? '.' : check.name}`;
    default:
      return printEndpoint(check.target);
  }
}

const documentOf = (checker: CheckerConfig) => ({
  id: checker.id,
  keyword: checker.keyword,
  virtualServer: checker.virtualServer,
  realServer: checker.realServer,
  target: targetText(checker),
  delayLoop: inSeconds(checker.delayLoop),
  retry: checker.retry,
  delayBeforeRetry: inSeconds(checker.delayBeforeRetry),
  alpha: checker.alpha,
  worstDetection: inSeconds(worstDetection(checker)),
});

const seconds = (span: CheckerConfig['delayLoop']): string => `${printSeconds(span)} s`;

/** Always 0: a file that is refused throws. */
export function listChecks(options: LoadedChecks & { readonly json: boolean }): number {
  const { checkers } = loadChecks(options);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ checks: checkers.map(documentOf) }, undefined, 2)}\n`);
    return exitCodes.ok;
  }
  const heads = [
    ...['SERVICE', 'SERVER', 'CHECK', 'TARGET'].map(head => ({ head })),
    ...['EVERY', 'RETRIES', 'NOTICED IN'].map(head => ({ head, align: 'right' as const })),
    { head: 'BEGINS' },
  ];
  const rows = checkers.map(checker => [
    shownKey(checker.virtualServer),
    shownKey(checker.realServer),
    checker.keyword,
    visible(targetText(checker)),
    seconds(checker.delayLoop),
    checker.retry === 0 ? '0' : `${checker.retry} x ${seconds(checker.delayBeforeRetry)}`,
    seconds(worstDetection(checker)),
    checker.alpha ? 'down' : 'up',
  ]);
  process.stdout.write(
    rows.length === 0
      ? 'No checks: every real server counts as up\n'
      : `${columns(heads, rows)}\nNOTICED IN: the longest that a server may be dead before its check takes it out.\n`,
  );
  return exitCodes.ok;
}
