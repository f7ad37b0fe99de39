// SARIF 2.1.0, for code scanning: rules with their pages, results with places, related places, fixes and fingerprints.
// Spec: OASIS SARIF 2.1.0 (sections 3.24 artifact, 3.27 result, 3.30 region, 3.49 rule, 3.55 fix).

import { createHash } from 'node:crypto';
import type { Diagnostic, Place, Severity, SourceFile } from '../../conf/index.ts';
import { encodingOf, sourceLine, textPlace } from '../finding-lines.ts';
import { pageOf } from '../pages.ts';
import { everyFinding, type Reporter } from './report.ts';

const levels = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<
  Severity,
  string
>;

/** A URI of a file name: absolute ones with their scheme, and no relative one that looks as if it had a scheme. */
function uri(file: string): string {
  const path = encodeURI(file).replaceAll('#', '%23').replaceAll('?', '%3F');
  if (path.startsWith('/')) return `file://${path}`;
  return /^[^/]*:/.test(path) ? `./${path}` : path;
}

interface Sources {
  readonly files: readonly SourceFile[];
  /** Index of a file among the artifacts. */
  readonly artifact: (path: string) => number | undefined;
}

const region = (place: Place) => {
  const { line, column, endLine, endColumn } = place;
  return {
    startLine: line,
    startColumn: column,
    endLine,
    endColumn: Math.max(endColumn, endLine === line ? column : 1),
  };
};

function artifactLocation({ artifact }: Sources, file: string) {
  const index = artifact(file);
  return { uri: uri(file), ...(index === undefined ? {} : { index }) };
}

const location = (sources: Sources, place: Place) => ({
  physicalLocation: {
    artifactLocation: artifactLocation(sources, place.file),
    region: region(textPlace(sources.files, place)),
  },
});

const fixOf = (sources: Sources, { message, place, text }: NonNullable<Diagnostic['fix']>) => ({
  description: { text: message },
  artifactChanges: [
    {
      artifactLocation: artifactLocation(sources, place.file),
      replacements: [{ deletedRegion: region(textPlace(sources.files, place)), insertedContent: { text } }],
    },
  ],
});

/** The same for the same mistake on the same text, wherever the line moves to; `nth` of equal ones in a file. */
function fingerprint({ rule, place }: Diagnostic, { files }: Sources, seen: Map<string, number>): string {
  const text = sourceLine(files, place)?.text.trim().replace(/\s+/g, ' ') ?? '';
  const key = `${place.file}\n${rule}\n${text}`;
  const nth = seen.get(key) ?? 0;
  seen.set(key, nth + 1);
  return createHash('sha256').update(`${rule}\n${text}\n${nth}`).digest('hex').slice(0, 32);
}

function ruleOf(id: string, homepage: string | undefined) {
  const page = pageOf(id);
  if (page === undefined) return { id };
  return {
    id,
    shortDescription: { text: page.summary },
    help: { text: page.text, markdown: page.text },
    ...(homepage === undefined ? {} : { helpUri: `${homepage.replace(/\/$/, '')}/docs/rules.md#${id}` }),
  };
}

export const sarif: Reporter = (results, { version, homepage }) => {
  const seen = new Map<string, number>();
  const found = everyFinding(results);
  const ids = [...new Set(found.map(({ finding }) => finding.rule))].sort();
  const read = new Map(results.flatMap(({ files }) => files.map(file => [file.path, file] as const)));
  const ranks = new Map([...read.keys()].map((path, index) => [path, index]));
  const sources: Sources = { files: [...read.values()], artifact: path => ranks.get(path) };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'lvskit',
            version,
            ...(homepage === undefined ? {} : { informationUri: homepage }),
            rules: ids.map(id => ruleOf(id, homepage)),
          },
        },
        columnKind: 'utf16CodeUnits',
        artifacts: sources.files.map(file => ({
          location: { uri: uri(file.path) },
          length: file.size,
          encoding: encodingOf(file),
        })),
        results: found.map(({ finding }) => ({
          ruleId: finding.rule,
          ruleIndex: ids.indexOf(finding.rule),
          level: levels[finding.severity],
          message: { text: finding.message },
          locations: [location(sources, finding.place)],
          partialFingerprints: { 'lvskitLine/v1': fingerprint(finding, sources, seen) },
          ...(finding.related === undefined
            ? {}
            : {
                relatedLocations: finding.related.map(({ message, place }, id) => ({
                  id,
                  message: { text: message },
                  ...location(sources, place),
                })),
              }),
          ...(finding.fix === undefined ? {} : { fixes: [fixOf(sources, finding.fix)] }),
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};
