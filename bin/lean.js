// Starts a command from the lean bundle, compiled once per version of Node and kept beside it.
// Behind it: vm.Script cachedData. A cache that does not fit is refused by V8 and made anew where dist/ can be written.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';

const read = path => {
  try {
    return readFileSync(path);
  } catch {
    // Not there: not a lean command, or no cache yet.
    return undefined;
  }
};

/** What `lvskit WORDS... --help` prints, for commands of the lean bundle; undefined for all others. */
export const helpOf = (root, id) => read(join(root, 'dist', 'help', `${id.replaceAll(' ', '-')}.txt`));

/** The lean bundle's functions, and one that keeps what V8 made of it. */
export function loadLean(root) {
  const filename = join(root, 'dist', 'lean.cjs');
  const cache = join(root, 'dist', `lean-${process.versions.v8}-${process.arch}.cache`);
  const source = `(function (exports, require, module) {${readFileSync(filename, 'utf8')}\n})`;
  const cachedData = read(cache);
  const script = new Script(source, cachedData === undefined ? { filename } : { filename, cachedData });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(filename), module);
  const keep = () => {
    if (cachedData !== undefined && script.cachedDataRejected !== true) return;
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
