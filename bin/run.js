#!/usr/bin/env node
// Starts lvskit from the built tree: commands of the lean bundles the short way, everything else through oclif.
const { readFileSync } = require('node:fs');
const { findLean, loadLean, partOf, root } = require('./lean.js');

const argv = process.argv.slice(2);
const found = [2, 1]
  .map(count => ({ id: argv.slice(0, count).join(' '), rest: argv.slice(count) }))
  .map(one => ({ ...one, lean: /^[a-z]+( [a-z]+)?$/.test(one.id) ? findLean(one.id) : undefined }))
  .find(one => one.lean !== undefined);

// Before anything is loaded: a daemon that reads a large file must not be ended, nor made debuggable, by signals meant for keepalived.
// host/signals.ts logs them from then on.
if (argv[0] === 'run' && !argv.includes('-t') && !argv.includes('--config-test')) {
  for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGQUIT', 'SIGALRM']) process.on(signal, () => {});
}

/** Words of another program, which has its own help. */
const isOthers = found?.id === 'ipvsadm' || (found?.id === 'genhash' && found.rest[0] === '--compat');

async function run() {
  if (found === undefined) {
    const { main } = await import('../dist/main.js');
    await main(root, argv);
  } else if (!isOthers && found.rest.some(word => word === '--help' || word === '-h')) {
    process.stdout.write(readFileSync(found.lean.help, 'utf8'));
  } else {
    const lean = loadLean(found.lean.bundle, partOf(found.id, found.rest));
    await lean.start(root, found.id, found.rest);
    lean.keep();
  }
}

run();
