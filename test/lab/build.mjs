// Builds dist/: one ESM bundle per command and per daemon process, shared code in chunks; then oclif's manifest.
// Native packages and oclif's optional plugins stay outside and are loaded on first use.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const sources = folder =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => relative(root, join(entry.parentPath ?? entry.path, entry.name)));

rmSync(join(root, 'dist'), { recursive: true, force: true });
// oclif would believe an old manifest instead of looking at the commands.
rmSync(join(root, 'oclif.manifest.json'), { force: true });
await build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts', ...sources('src/commands'), ...sources('src/core/cli/processes')],
  outbase: 'src',
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  sourcemap: 'linked',
  sourcesContent: false,
  external: ['koffi', 'netlink', 'raw-socket'],
  banner: {
    js: "import { createRequire as lvskitRequire } from 'node:module'; const require = lvskitRequire(import.meta.url);",
  },
  logLevel: 'warning',
});

// The manifest lets oclif find a command without loading all of them.
const { createManifest } = await import(pathToFileURL(join(root, 'dist', 'main.js')).href);
writeFileSync(join(root, 'oclif.manifest.json'), JSON.stringify(await createManifest(root), null, 1) + '\n');
