// Every format over sources as they are: includes, definitions, CRLF, a byte order mark, UTF-8 and bytes that are none.
// Truth: SARIF 2.1.0's published schema (from @microsoft/jest-sarif), and columns counted by hand.

import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import ajvDraft04 from 'ajv-draft-04';
import ajvFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { lint, lintFleet, reporters } from '../../../src/core/lint/index.ts';
import { tableReader } from '../conf-syntax/file-table.ts';

const Ajv = ajvDraft04.default;
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
ajvFormats.default(ajv);
const isSarif = ajv.compile(schema);
const validated = (text: string) => {
  const log = JSON.parse(text);
  expect(isSarif(log), JSON.stringify(isSarif.errors?.slice(0, 3))).toBe(true);
  return log;
};

/** The main file is UTF-8 with a byte order mark and CRLF; the included one has a byte that is no UTF-8. */
const files = {
  '/etc/main.conf': Buffer.from(
    [
      '\ufeff$PRIO=300',
      'include /etc/grün.conf',
      'vrrp_instance "Größe" { stat MASTER',
      '\tinterface eth0',
      '\tvirtual_router_id 51',
      '\tpriority $PRIO',
      '\tvirtual_ipaddress {',
      '\t\t10.0.0.3/24',
      '\t}',
      '}',
      '',
    ].join('\r\n'),
  ),
  '/etc/grün.conf': Buffer.from('global_defs {\n  router_id K\xf6ln rest\n}\n', 'latin1'),
};
const results = [lint('/etc/main.conf', tableReader(files), { configId: 'id', forLvskit: true })];
const options = { version: '1.2.3', colour: false };

const findings = results[0]!.findings.map(
  ({ rule, place }) => `${place.file}:${place.line}:${place.column}-${place.endColumn} ${rule}`,
);

const report = (name: keyof typeof reporters) => reporters[name](results, options);

describe('reports of odd sources', () => {
  it('the findings stand in both files, columns in bytes', () => {
    expect(findings).toEqual([
      '/etc/main.conf:1:1-4 byte-order-mark',
      '/etc/main.conf:3:27-31 unknown-keyword',
      '/etc/main.conf:6:11-16 invalid-number',
      '/etc/grün.conf:2:3-22 not-acted-on',
      '/etc/grün.conf:2:18-22 extra-words',
    ]);
  });

  it('human: lines as text, carets under the characters, origins named', () => {
    const text = report('human');
    expect(text).toContain(`\
    3 | vrrp_instance "Größe" { stat MASTER
      |                         ^^^^
`);
    expect(text).toContain(`\
    2 |   router_id Köln rest
      |                  ^^^^
      /etc/main.conf:2:1: included here
`);
    expect(text).toContain('/etc/main.conf:1:10: in the definition of $PRIO');
    expect(text).not.toContain('\r');
  });

  it('line and json: columns in bytes, as documented', () => {
    expect(report('line')).toContain('/etc/main.conf:3:27: warning: ');
    expect(JSON.parse(report('json'))[4]).toMatchObject({
      file: '/etc/grün.conf',
      configuration: '/etc/main.conf',
      column: 18,
      related: [{ message: 'included here', file: '/etc/main.conf', line: 2 }],
    });
  });

  it('github and checkstyle: columns in characters', () => {
    expect(report('github')).toContain('file=/etc/main.conf,line=3,col=25,endLine=3,endColumn=29,');
    expect(report('github')).toContain('file=/etc/grün.conf,line=2,col=18,');
    expect(report('checkstyle')).toContain('<error line="3" column="25" ');
    expect(report('checkstyle').match(/<file /g)).toHaveLength(2);
  });

  it('junit: one suite of the configuration, whatever file a finding stands in; an info is no failure', () => {
    expect(report('junit')).toContain('<testsuite name="/etc/main.conf" tests="5" failures="5" ');
    expect(report('junit')).toContain('name="extra-words /etc/grün.conf:2:18"');
  });

  it('sarif: valid, columns in UTF-16 units without the byte order mark, encodings declared', () => {
    const [run] = validated(
      reporters.sarif(results, { ...options, homepage: 'https://example.org/x/' }),
    ).runs;
    expect(run.columnKind).toBe('utf16CodeUnits');
    expect(run.artifacts).toEqual([
      { location: { uri: 'file:///etc/main.conf' }, length: 179, encoding: 'UTF-8' },
      { location: { uri: 'file:///etc/gr%C3%BCn.conf' }, length: 38, encoding: 'ISO-8859-1' },
    ]);
    const regions = run.results.map(
      ({ locations }: { locations: readonly { physicalLocation: object }[] }) =>
        locations[0]?.physicalLocation,
    );
    const main = { uri: 'file:///etc/main.conf', index: 0 };
    expect(regions.slice(1, 3)).toEqual([
      { artifactLocation: main, region: { startLine: 3, startColumn: 25, endLine: 3, endColumn: 29 } },
      { artifactLocation: main, region: { startLine: 6, startColumn: 11, endLine: 6, endColumn: 16 } },
    ]);
    // `$PRIO=` begins behind the mark, so that the value is at column 7.
    expect(run.results[2].relatedLocations[0].physicalLocation.region.startColumn).toBe(7);
    expect(run.results[1].fixes[0].artifactChanges[0].replacements[0].deletedRegion.startColumn).toBe(25);
    for (const { ruleId, ruleIndex } of run.results) {
      const rule = run.tool.driver.rules[ruleIndex];
      expect(rule).toMatchObject({ id: ruleId, helpUri: `https://example.org/x/docs/rules.md#${ruleId}` });
    }
  });

  it('sarif: valid for a clean run, for a fleet, and for names that look like other things', () => {
    const router = (priority: number) => `vrrp_instance V {
  interface eth0
  virtual_router_id 51
  priority ${priority}
  virtual_ipaddress {
    10.0.0.3/24 dev eth0
  }
}
`;
    const fleet = { 'c:/a b#1.conf': router(100), 'dir/b?.conf': router(100) };
    const told = lintFleet(Object.keys(fleet), tableReader(fleet));
    const [run] = validated(reporters.sarif(told, options)).runs;
    expect(run.results.map(({ ruleId }: { ruleId: string }) => ruleId)).toContain('fleet-priority');
    expect(run.artifacts.map(({ location }: { location: { uri: string } }) => location.uri)).toEqual([
      './c:/a%20b%231.conf',
      'dir/b%3F.conf',
    ]);
    const clean = { '/a.conf': router(100) };
    expect(
      validated(reporters.sarif([lint('/a.conf', tableReader(clean))], options)).runs[0].results,
    ).toEqual([]);
  });
});
