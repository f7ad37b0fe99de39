// Lints the files of a fleet: each by itself, then against those it takes over from.
// Spec: what must agree between the nodes of a virtual router, and what must differ.

import type { ConfigurationReader, Diagnostic } from '../../conf/index.ts';
import { type LintOptions, type LintResult, lint } from '../engine.ts';
import { applySuppressions } from '../suppress.ts';
import { clustersOf, compareCluster, compareGroups, tellLonely } from './compare-nodes.ts';
import { compareProtocol } from './compare-routers.ts';
import { compareElection } from './election.ts';
import { type Member, matchRouters } from './match.ts';
import { type FleetNode, watchNode } from './node.ts';
import { createFleetReport } from './report.ts';

/** One result for each path, in their order; findings about several files stand at the later one. */
export function lintFleet(
  paths: readonly string[],
  reader: ConfigurationReader,
  options: LintOptions = {},
): readonly LintResult[] {
  const nodes: FleetNode[] = [];
  // With the peer at hand fleet-weight knows what script-weight can only guess.
  const alone = {
    ...options,
    severities: { ...(paths.length > 1 ? { 'script-weight': 'off' as const } : {}), ...options.severities },
  };
  const results = paths.map(path => {
    const { observer, node } = watchNode();
    const result = lint(path, reader, { ...alone, observer });
    if (result.files.length > 0) nodes.push(node(result));
    return result;
  });
  const { severities = {} } = options;
  const told = compare(nodes).flatMap((finding): readonly Diagnostic[] => {
    const setting = Object.hasOwn(severities, finding.rule) ? severities[finding.rule] : undefined;
    return setting === 'off' ? [] : [setting === undefined ? finding : { ...finding, severity: setting }];
  });
  return results.map(result => {
    const owns = new Set(result.files.map(({ path }) => path));
    const mine = told.filter(({ place }) => owns.has(place.file));
    if (mine.length === 0) return result;
    const { kept, silenced } = applySuppressions(mine, result.files, () => false);
    return {
      ...result,
      findings: [...result.findings, ...kept.filter(({ rule }) => rule.startsWith('fleet-'))],
      silenced: result.silenced + silenced,
    };
  });
}

function compare(nodes: readonly FleetNode[]): readonly Diagnostic[] {
  const report = createFleetReport();
  const routers = matchRouters(nodes);
  for (const router of routers) {
    const [a] = router;
    for (const b of router.slice(1)) compareProtocol({ a: a as Member, b }, report);
    compareElection(router, report);
  }
  tellLonely(routers, nodes, report);
  compareGroups(routers, report);
  for (const cluster of clustersOf(nodes, routers)) compareCluster(cluster, report);
  return report.found;
}
