#!/usr/bin/env node
// Starts lvskit from the built tree: commands of the lean bundles the short way, everything else through oclif.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findLean, loadLean } from './lean.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const argv = process.argv.slice(2);
const found = [2, 1]
  .map(count => ({ id: argv.slice(0, count).join(' '), rest: argv.slice(count) }))
  .map(one => ({ ...one, lean: /^[a-z]+( [a-z]+)?$/.test(one.id) ? findLean(root, one.id) : undefined }))
  .find(one => one.lean !== undefined);

if (found === undefined) {
  const { main } = await import('../dist/main.js');
  await main(root, argv);
} else if (found.id !== 'ipvsadm' && found.rest.includes('--help')) {
  process.stdout.write(readFileSync(found.lean.help, 'utf8'));
} else {
  const { bundle } = found.lean;
  const lean = loadLean(root, bundle, bundle === 'configuration' ? found.id : bundle);
  await lean.start(root, found.id, found.rest);
  lean.keep();
}
