// Whether a document is what docs/ipvs-table.schema.json says.
// Spec: JSON Schema 2020-12, as ajv reads it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { root } from '../lab/bundle.mjs';

const schema = JSON.parse(readFileSync(join(root, 'docs', 'ipvs-table.schema.json'), 'utf8')) as object;
const validate = new Ajv2020({
  allErrors: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
}).compile(schema);

/** Where and how the document departs from the schema; empty when it does not. */
export function schemaFaults(document: unknown): string[] {
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
