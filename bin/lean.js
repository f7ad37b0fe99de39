// Starts a command from a lean bundle, compiled once per version of Node and kept beside it.
// Spec: vm.Script cachedData. A cache that does not fit is refused by V8 and made anew where dist/ can be written. V8 asks only for the
// length of the source and, without a flag, for no checksum of the cache: the name says whose code it holds, and `checked` holds it whole.
// CommonJS, as all of bin/: Node's loader of ES modules would add a tenth to the start.
const { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } = require('node:fs');
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

/** Runs `work` while V8 writes and compares checksums of caches: damaged code would crash every start, a restart of it as well. */
function checked(work) {
  setFlagsFromString('--verify-snapshot-checksum');
  try {
    return work();
  } finally {
    setFlagsFromString('--no-verify-snapshot-checksum');
  }
}

/** The first line of a bundle is a digest of the rest (test/lab/build.mjs): of two versions that happen to be equally long. */
const digestOf = source => /^\/\/([0-9a-f]{16})\n/.exec(source)?.[1];

/** The files of caches of one part: for this Node whatever source they were made of, and for this source. */
function cacheFiles(part, digest) {
  const prefix = `${part}-${process.versions.v8}-${process.arch}-`;
  return { prefix, cache: digest === undefined ? undefined : join(lean, `${prefix}${digest}.cache`) };
}

/** Caches of former versions, which nobody will read again, and what a process left that was killed while it wrote one. */
function removeOthers(prefix, cache) {
  for (const name of readdirSync(lean)) {
    const path = join(lean, name);
    if (name.startsWith(prefix) && path !== cache) rmSync(path, { force: true });
  }
}

/** A lean bundle's functions, and one that keeps what V8 made of it, for each part: only functions that ran are in it. */
function loadLean(bundle, part = bundle) {
  const filename = join(lean, `${bundle}.cjs`);
  const text = readFileSync(filename, 'latin1');
  const { prefix, cache } = cacheFiles(part, digestOf(text));
  const source = `(function (exports, require, module) {${text}\n})`;
  const cachedData = cache === undefined ? undefined : read(cache);
  const script = checked(
    () => new Script(source, cachedData === undefined ? { filename } : { filename, cachedData }),
  );
  const spare = bundle === 'kernel';
  // Behind the look at the cache: V8 refuses code that was cached under other settings.
  if (spare) for (const flag of sparing.on) setFlagsFromString(flag);
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(filename), module);
  const keep = () => {
    if (cache === undefined || (cachedData !== undefined && script.cachedDataRejected !== true)) return;
    // V8 forgets functions that have not run for some minutes; what a daemon has left at its end is not what a start needs.
    if (!processes.includes(bundle) && process.uptime() > longestStart) return;
    if (spare) for (const flag of sparing.off) setFlagsFromString(flag);
    try {
      // After the run, so that the functions it used are in it.
      writeFileSync(
        `${cache}.${process.pid}`,
        checked(() => script.createCachedData()),
      );
      renameSync(`${cache}.${process.pid}`, cache);
      removeOthers(prefix, cache);
    } catch {
      // Without a cache every start compiles again; that is slower and nothing else.
    }
  };
  return { ...module.exports, keep };
}

module.exports = { findLean, loadLean, partOf, root };
