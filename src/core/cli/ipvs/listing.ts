// Listings of the table as languages that are printed while the kernel is read: text in measured columns, JSON, YAML.
// Spec: ipvs/fast/printer.ts; schema lvskit/ipvs/1; render.ts and ipvs/document.ts say what each service looks like.

import {
  compareDestinations,
  type MeasuredPrinter,
  type ObservedService,
  observedDocument,
  schemaName,
  type TablePrinter,
  trueOrder,
} from '../../ipvs/index.ts';
import { printItems } from '../print-yaml.ts';
import { Measure } from './layout.ts';
import type { OutputFlags } from './present.ts';
import type { View } from './render.ts';
import { measurePlain, tableForms } from './table-forms.ts';

/** What ends a document that could not be read to its end: no reader takes it for one, whatever stands before. */
export const unfinished = '\n}} not the whole table: reading it failed\n';

const jsonHead = `{\n  "schema": ${JSON.stringify(schemaName)},\n  "services": `;
const yamlHead = `schema: ${schemaName}\nservices:`;

/** `items` gives the documents of one service. */
export const jsonPrinter = (
  items: (service: ObservedService) => readonly unknown[],
  counters: boolean,
): TablePrinter => ({
  order: trueOrder,
  counters,
  first: `${jsonHead}[\n    `,
  next: ',\n    ',
  text: service => JSON.stringify(items(service)[0], undefined, 2).replaceAll('\n', '\n    '),
  forms: undefined,
  foot: empty => (empty ? `${jsonHead}[]\n}\n` : '\n  ]\n}\n'),
});

export const yamlPrinter = (
  items: (service: ObservedService) => readonly unknown[],
  counters: boolean,
  forms: TablePrinter['forms'],
): TablePrinter => ({
  order: trueOrder,
  counters,
  first: `${yamlHead}\n`,
  next: '',
  text: service => printItems(items(service), '  '),
  forms,
  foot: empty => (empty ? `${yamlHead} []\n` : ''),
});

/** The kernel tells servers in the order in which they came. */
const inOrder = (service: ObservedService): ObservedService =>
  service.destinations.length < 2
    ? service
    : { ...service, destinations: [...service.destinations].sort(compareDestinations) };

/** A view in columns; `empty` is printed where there are no services. */
export const textPrinter = (view: View, width: number, empty: string): MeasuredPrinter => ({
  order: trueOrder,
  counters: view.counters,
  measure() {
    const measure = new Measure(view.shape);
    return {
      addRow: (rows, row) => view.numeric && measurePlain(measure, rows, row),
      add(service) {
        for (const row of view.rows(service)) measure.add(row);
      },
      printer() {
        const layout = measure.layout(width);
        return {
          order: trueOrder,
          counters: view.counters,
          first: layout.head(),
          next: '',
          text(service) {
            let text = '';
            for (const row of view.rows(inOrder(service))) text += layout.line(row);
            return text;
          },
          forms: view.forms ? tableForms(layout, view) : undefined,
          foot: none => (none ? empty : ''),
        };
      },
    };
  },
});

const observed = (service: ObservedService) => observedDocument([service]).services;

/** The language that the output flags ask for. */
export function listingPrinter(
  { json, yaml }: OutputFlags,
  view: View,
  width: number,
  empty: string,
): MeasuredPrinter | TablePrinter {
  if (json === true) return jsonPrinter(observed, true);
  if (yaml === true) return yamlPrinter(observed, true, undefined);
  return textPrinter(view, width, empty);
}
