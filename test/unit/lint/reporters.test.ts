// The formats of a report: what each must contain for its readers, and that odd characters cannot break out of them.
// Truth: SARIF 2.1.0, the Checkstyle and JUnit formats, GitHub's workflow commands.

import { describe, expect, it } from 'vitest';
import { formatNames, pageOf, reporters } from '../../../src/core/lint/index.ts';
import { lintText } from './lint-text.ts';

const text = `vrrp_instance V {
\tinterface eth0
\tvirtual_router_id 51
\tpriority 255
\tpriority 90
\tstat "<&%,:>"
\tvirtual_ipaddress {
\t\t10.0.0.3/24
\t}
}
`;
const results = [lintText(text)];
const options = { version: '1.2.3', colour: false };
const report = (name: keyof typeof reporters) => reporters[name](results, options);

/** Just enough XML to see that every element is closed and nothing stands outside of them. */
function elements(xml: string): readonly string[] {
  const open: string[] = [];
  const seen: string[] = [];
  for (const [, close, name = '', , self] of xml.matchAll(/<(\/?)([a-z]+)((?:\s[a-z]+="[^"<]*")*)(\/?)>/g)) {
    if (close === '/') expect(open.pop()).toBe(name);
    else {
      seen.push(name);
      if (self !== '/') open.push(name);
    }
  }
  expect(open).toEqual([]);
  return seen;
}

describe('reports', () => {
  it('human: excerpt, carets under the word, related place, repair, counts', () => {
    expect(
      report('human'),
    ).toBe(`/test.conf:5:2: warning: priority stands twice in this block: 90 replaces 255 [repeated-keyword]
    5 | \tpriority 90
      | \t^^^^^^^^^^^
      /test.conf:4:2: first here

/test.conf:6:2: warning: unknown keyword stat in vrrp_instance; did you mean state? [unknown-keyword]
    6 | \tstat "<&%,:>"
      | \t^^^^
      --fix: write state

1 configuration: 2 warnings
`);
  });

  it('human: colours only when asked', () => {
    expect(report('human')).not.toContain('\u001b');
    expect(reporters.human(results, { ...options, colour: true })).toContain('\u001b[33mwarning\u001b[0m');
  });

  it('line: one line each', () => {
    expect(report('line').split('\n')).toHaveLength(3);
    expect(report('line')).toMatch(/^\/test\.conf:5:2: warning: .* \[repeated-keyword\]\n/);
  });

  it('json: every field of the contract', () => {
    const [first, second] = JSON.parse(report('json'));
    expect(first).toEqual({
      rule: 'repeated-keyword',
      severity: 'warning',
      message: expect.any(String),
      file: '/test.conf',
      line: 5,
      column: 2,
      endLine: 5,
      endColumn: 13,
      configuration: '/test.conf',
      related: [{ message: 'first here', file: '/test.conf', line: 4, column: 2, endLine: 4, endColumn: 14 }],
      fix: null,
    });
    expect(second.fix).toMatchObject({ text: 'state', line: 6, column: 2, endColumn: 6 });
  });

  it('sarif: rules, results, places, fixes and fingerprints', () => {
    const log = JSON.parse(report('sarif'));
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    expect(run.tool.driver).toMatchObject({ name: 'lvskit', version: '1.2.3' });
    for (const result of run.results) {
      expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      expect(result.partialFingerprints['lvskitLine/v1']).toMatch(/^[0-9a-f]{32}$/);
      expect(result.locations[0].physicalLocation.region.startLine).toBeGreaterThan(0);
    }
    expect(run.results[0].relatedLocations).toHaveLength(1);
    expect(run.results[1].fixes[0].artifactChanges[0].replacements[0]).toEqual({
      deletedRegion: { startLine: 6, startColumn: 2, endLine: 6, endColumn: 6 },
      insertedContent: { text: 'state' },
    });
  });

  it('sarif: fingerprints survive lines before the finding and tell equal lines apart', () => {
    const prints = (source: string) =>
      JSON.parse(reporters.sarif([lintText(source)], options)).runs[0].results.map(
        (result: { partialFingerprints: unknown }) => result.partialFingerprints,
      );
    expect(prints(`# moved\n\n${text}`)).toEqual(prints(text));
    const double = prints(text.replace('\tpriority 90\n', '\tpriority 90\n\tpriority 90\n'));
    expect(double[0]).not.toEqual(double[1]);
  });

  it('github: one command each, with its separators escaped', () => {
    const lines = report('github').trim().split('\n');
    expect(lines[0]).toMatch(
      /^::warning file=\/test\.conf,line=5,col=2,endLine=5,endColumn=13,title=repeated-keyword::/,
    );
    expect(reporters.github([lintText(text.replaceAll('90', '"9%0"'))], options)).toContain('9%250');
  });

  it('checkstyle and junit: well-formed, one element for each finding', () => {
    expect(elements(report('checkstyle')).filter(name => name === 'error')).toHaveLength(2);
    expect(elements(report('junit')).filter(name => name === 'failure')).toHaveLength(2);
    expect(report('junit')).toContain('tests="2" failures="2"');
  });

  it('a clean configuration is one passed case and no finding', () => {
    const clean = [lintText(text.replace('\tpriority 255\n', '').replace(/\tstat .*\n/, ''))];
    expect(reporters.junit(clean, options)).toContain('name="clean"');
    expect(reporters.human(clean, options)).toBe('1 configuration: no findings\n');
    expect(JSON.parse(reporters.json(clean, options))).toEqual([]);
    expect(reporters.line(clean, options)).toBe('');
  });

  it('every rule a report names has a page', () => {
    expect(formatNames).toHaveLength(7);
    for (const { rule } of results.flatMap(({ findings }) => findings)) expect(pageOf(rule)).toBeDefined();
  });
});
