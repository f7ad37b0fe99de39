// Starts a command from a lean bundle, compiled once per version of Node and kept beside it.
// Spec: vm.Script cachedData. A cache that does not fit is refused by V8 and made anew where dist/ can be written.
// CommonJS, as all of bin/: Node's loader of ES modules would add a tenth to the start.
const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

/** Seconds. */
const longestStart = 30;

const root = join(__dirname, '..');
const lean = join(root, 'dist', 'lean');
const bundles = ['kernel', 'configuration'];

/**
 * V8's settings for commands on the kernel's table, and its own. Memory that is touched costs them more than what is done with it: tables
 * go by in portions that die young, so young objects need no more room; and Node 20 optimizes early, which touches more than all the rest.
 */
const sparing =
  process.versions.node.split('.', 1)[0] === '20'
    ? {
        on: ['--semi-space-growth-factor=1', '--interrupt-budget=4000000'],
        off: ['--semi-space-growth-factor=2', '--interrupt-budget=67584'],
      }
    : { on: ['--semi-space-growth-factor=1'], off: ['--semi-space-growth-factor=2'] };

const read = path => {
  try {
    return readFileSync(path);
  } catch {
    // Not there: no cache yet.
    return undefined;
  }
};

/** The lean bundle of the command `lvskit WORDS...` and the file of its help; undefined for a command of no such bundle. */
const findLean = id =>
  bundles
    .map(bundle => ({ bundle, help: join(lean, bundle, `${id.replaceAll(' ', '-')}.txt`) }))
    .find(({ help }) => existsSync(help));

/** The kinds of work of ipvsadm by its first option. */
const kinds = [
  ['restore', /^-(?:R|-restore)/],
  ['save', /^-(?:S|-save)/],
  ['list', /^-(?:[Ll]|-list)/],
  ['change', /^-(?:[AEDCZaed]|-(?:add|edit|delete|clear|zero))/],
];

/** What of a bundle a command uses: its name, and for ipvsadm the kind of its work, since that one is many. */
function partOf(id, argv) {
  const name = id.replaceAll(' ', '-');
  const kind = id === 'ipvsadm' ? kinds.find(([, option]) => option.test(argv[0] ?? '')) : undefined;
  return kind === undefined ? name : `${name}-${kind[0]}`;
}

/** Bundles of the daemon's processes, which keep all compiled code (--no-flush-bytecode). */
const processes = ['vrrp', 'checker'];

/** A lean bundle's functions, and one that keeps what V8 made of it, for each part: only functions that ran are in it. */
function loadLean(bundle, part = bundle) {
  const filename = join(lean, `${bundle}.cjs`);
  const cache = join(lean, `${part}-${process.versions.v8}-${process.arch}.cache`);
  const source = `(function (exports, require, module) {${readFileSync(filename, 'latin1')}\n})`;
  const cachedData = read(cache);
  const script = new Script(source, cachedData === undefined ? { filename } : { filename, cachedData });
  const spare = bundle === 'kernel';
  // Behind the look at the cache: V8 refuses code that was cached under other settings.
  if (spare) for (const flag of sparing.on) setFlagsFromString(flag);
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(filename), module);
  const keep = () => {
    if (cachedData !== undefined && script.cachedDataRejected !== true) return;
    // V8 forgets functions that have not run for some minutes; what a daemon has left at its end is not what a start needs.
    if (!processes.includes(bundle) && process.uptime() > longestStart) return;
    if (spare) for (const flag of sparing.off) setFlagsFromString(flag);
    try {
      // After the run, so that the functions it used are in it.
      writeFileSync(`${cache}.${process.pid}`, script.createCachedData());
      renameSync(`${cache}.${process.pid}`, cache);
    } catch {
      // Without a cache every start compiles again; that is slower and nothing else.
    }
  };
  return { ...module.exports, keep };
}

module.exports = { findLean, loadLean, partOf, root };
