#!/usr/bin/env node
// Starts lvskit from the built tree: commands of the lean bundle the short way, everything else through oclif.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { helpOf, loadLean } from './lean.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const argv = process.argv.slice(2);
const found = [2, 1]
  .map(count => ({ id: argv.slice(0, count).join(' '), rest: argv.slice(count) }))
  .map(one => ({ ...one, help: /^[a-z]+( [a-z]+)?$/.test(one.id) ? helpOf(root, one.id) : undefined }))
  .find(one => one.help !== undefined);

if (found === undefined) {
  const { main } = await import('../dist/main.js');
  await main(root, argv);
} else if (found.id !== 'ipvsadm' && found.rest.includes('--help')) {
  process.stdout.write(found.help);
} else {
  const lean = loadLean(root);
  await lean.start(root, found.id, found.rest);
  lean.keep();
}
