#!/usr/bin/env node
// Starts lvskit from the built tree.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { main } = await import('../dist/main.js');
await main(root, process.argv.slice(2));
