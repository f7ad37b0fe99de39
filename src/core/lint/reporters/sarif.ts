// SARIF 2.1.0, for code scanning: rules with their texts, results with places, related places, fixes and fingerprints.
// Behind it: OASIS SARIF 2.1.0 (sections 3.27 result, 3.29 location, 3.55 fix); columns there count from 1 as here.

import { createHash } from 'node:crypto';
import type { Diagnostic, Place, Severity } from '../../conf/index.ts';
import type { LintResult } from '../engine.ts';
import { sourceLine } from '../finding-lines.ts';
import { pageOf } from '../pages.ts';
import { everyFinding, type Reporter } from './report.ts';

const levels = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<
  Severity,
  string
>;

const uri = (file: string) => encodeURI(file).replaceAll('#', '%23').replaceAll('?', '%3F');

const region = ({ line, column, endLine, endColumn }: Place) => ({
  startLine: line,
  startColumn: column,
  endLine,
  endColumn: Math.max(endColumn, endLine === line ? column : 1),
});

const location = (place: Place) => ({
  physicalLocation: { artifactLocation: { uri: uri(place.file) }, region: region(place) },
});

/** The same for the same mistake on the same text, wherever lines before it come or go; `nth` of equal ones. */
function fingerprint({ rule, place }: Diagnostic, result: LintResult, seen: Map<string, number>): string {
  const text = sourceLine(result.files, place)?.text.trim().replace(/\s+/g, ' ') ?? '';
  const key = `${rule}\n${place.file}\n${text}`;
  const nth = seen.get(key) ?? 0;
  seen.set(key, nth + 1);
  return createHash('sha256').update(`${key}\n${nth}`).digest('hex').slice(0, 32);
}

export const sarif: Reporter = (results, { version }) => {
  const seen = new Map<string, number>();
  const found = everyFinding(results);
  const ids = [...new Set(found.map(({ finding }) => finding.rule))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'lvskit',
            version,
            rules: ids.map(id => ({
              id,
              shortDescription: { text: pageOf(id)?.summary ?? id },
              ...(pageOf(id) === undefined ? {} : { help: { text: pageOf(id)?.text } }),
            })),
          },
        },
        columnKind: 'unicodeCodePoints',
        results: found.map(({ finding, result }) => ({
          ruleId: finding.rule,
          ruleIndex: ids.indexOf(finding.rule),
          level: levels[finding.severity],
          message: { text: finding.message },
          locations: [location(finding.place)],
          partialFingerprints: { 'lvskitLine/v1': fingerprint(finding, result, seen) },
          ...(finding.related === undefined
            ? {}
            : {
                relatedLocations: finding.related.map(({ message, place }, id) => ({
                  id,
                  message: { text: message },
                  ...location(place),
                })),
              }),
          ...(finding.fix === undefined ? {} : { fixes: [fixOf(finding.fix)] }),
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};

const fixOf = ({ message, place, text }: NonNullable<Diagnostic['fix']>) => ({
  description: { text: message },
  artifactChanges: [
    {
      artifactLocation: { uri: uri(place.file) },
      replacements: [{ deletedRegion: region(place), insertedContent: { text } }],
    },
  ],
});
