// Turns one TypeScript entry of test/ into a single .mjs file, because Node 20 reads no types and the test kernel starts programs slowly.
// Run as a program (`node bundle.mjs ENTRY.ts ARGS...`) it bundles the entry and runs it in this process.
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The project's folder: also right in a bundle, which lies in a folder of `.lab/`. */
export const root = (() => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
})();

/** Makes an empty folder under the project's `.lab/`: inside the project, so that a bundle there finds its packages. */
export function labFolder() {
  mkdirSync(join(root, '.lab'), { recursive: true });
  return mkdtempSync(join(root, '.lab', 'run-'));
}

/** Writes `entry` with everything it imports to `outfile`. Native packages stay outside. */
export async function bundle(entry, outfile) {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: [resolve(root, entry)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['esbuild', 'koffi', 'netlink', 'raw-socket'],
    banner: {
      js: `import { createRequire as labRequire } from 'node:module'; const require = labRequire(${JSON.stringify(join(root, 'package.json'))});`,
    },
    logLevel: 'warning',
  });
}

/** Bundles an entry and runs it in this process, with `args` as its command line. */
export async function runEntry(entry, args) {
  const folder = labFolder();
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'script.mjs');
  await bundle(entry, file);
  process.argv = [process.argv[0], file, ...args];
  await import(pathToFileURL(file).href);
}

const self = fileURLToPath(import.meta.url);
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === self && self.endsWith('bundle.mjs')) {
  const [entry, ...args] = process.argv.slice(2);
  if (entry === undefined) throw new Error('usage: node test/lab/bundle.mjs ENTRY.ts [ARGUMENTS]');
  await runEntry(entry, args);
}
