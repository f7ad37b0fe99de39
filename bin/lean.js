// Starts a command from a lean bundle, compiled once per version of Node and kept beside it.
// Behind it: vm.Script cachedData. A cache that does not fit is refused by V8 and made anew where dist/ can be written.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** Seconds. */
const longestStart = 30;

const bundles = ['kernel', 'configuration'];

const read = path => {
  try {
    return readFileSync(path);
  } catch {
    // Not there: no cache yet.
    return undefined;
  }
};

/** The lean bundle of the command `lvskit WORDS...` and the file of its help; undefined for a command of no such bundle. */
export const findLean = (root, id) =>
  bundles
    .map(bundle => ({ bundle, help: join(root, 'dist', 'lean', bundle, `${id.replaceAll(' ', '-')}.txt`) }))
    .find(({ help }) => existsSync(help));

/** A lean bundle's functions, and one that keeps what V8 made of it, under the name `part`: commands that do much have each their own. */
export function loadLean(root, bundle, part = bundle) {
  const filename = join(root, 'dist', 'lean', `${bundle}.cjs`);
  const cache = join(root, 'dist', 'lean', `${part}-${process.versions.v8}-${process.arch}.cache`);
  const source = `(function (exports, require, module) {${readFileSync(filename, 'latin1')}\n})`;
  const cachedData = read(cache);
  const script = new Script(source, cachedData === undefined ? { filename } : { filename, cachedData });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(filename), module);
  const keep = () => {
    if (cachedData !== undefined && script.cachedDataRejected !== true) return;
    // V8 forgets functions that have not run for some minutes; what a daemon has left at its end is not what a start needs.
    if (process.uptime() > longestStart) return;
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
