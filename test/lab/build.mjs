// Builds dist/: one ESM bundle per command, shared code in chunks; lean bundles, one for each daemon process among them; oclif's manifest.
// Native packages and oclif's optional plugins stay outside and are loaded on first use.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Config, Help } from '@oclif/core';
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
  entryPoints: ['src/main.ts', 'src/help.ts', ...sources('src/commands')],
  outbase: 'src',
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  sourcemap: 'linked',
  sourcesContent: false,
  external: ['koffi', 'netlink', 'raw-socket', 'typescript'],
  banner: {
    js: "import { createRequire as lvskitRequire } from 'node:module'; const require = lvskitRequire(import.meta.url);",
  },
  logLevel: 'warning',
});

// The lean bundles: commands that must start fast, each group in one CommonJS file that V8 can keep compiled (bin/lean.js).
// oclif's start is left out. Two files, so that the kernel's commands do not carry the configuration's.
const leanBundles = {
  kernel: {
    commands: /commands\/(vs|rs|conn|timeout|sync)\/|\/(ipvsadm|genhash|status)\.ts$/,
    also: `
      export { runIpvsadm, runRestore, runSave } from './src/core/cli/ipvs/ipvsadm/process.ts';
      export { runGenhashCompat } from './src/core/cli/genhash/compat.ts';
    `,
  },
  configuration: { commands: /commands\/(run|lint|fmt|expand|convert)\.ts$/, also: '' },
};
/** A CommonJS file that V8 can keep compiled. Its first line is a digest of the rest, by which bin/lean.js knows its cache. */
const lean = async options => {
  await build({
    absWorkingDir: root,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    minifyWhitespace: true,
    minifySyntax: true,
    // vm.Script has no loader for import(); everything is in the bundle, and the native packages are CommonJS.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'undefined' },
    external: ['koffi', 'netlink', 'raw-socket', 'typescript'],
    logLevel: 'warning',
    ...options,
  });
  const file = join(root, options.outfile);
  const text = readFileSync(file);
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  writeFileSync(file, `//${digest}\n${text}`);
};
const idOf = file => relative('src/commands', file).replace(/\.ts$/, '').split('/').join(' ');
const leanFiles = bundle => sources('src/commands').filter(file => leanBundles[bundle].commands.test(file));
for (const [bundle, { also }] of Object.entries(leanBundles)) {
  const table = leanFiles(bundle).map(file => `'${idOf(file)}': () => import('./${file}')`);
  await lean({
    stdin: {
      contents: `
        import { start as startCommand } from './src/core/cli/lean/start.ts';
        ${also}
        const table = { ${table.join(', ')} };
        export const start = (root, id, argv) => startCommand(table, root, id, argv);
      `,
      resolveDir: root,
      sourcefile: `${bundle}.ts`,
      loader: 'ts',
    },
    outfile: `dist/lean/${bundle}.cjs`,
    plugins: [
      {
        name: 'lean-oclif',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^@oclif\/core$/ }, () => ({ path: join(root, 'src/core/cli/lean/oclif.ts') }));
          // Only Flags.help and oclif's own error handler want its help, which drags in all the rest of it.
          onResolve({ filter: /\/help(\/index)?$/ }, ({ importer }) =>
            /oclif\/core\/lib\/(flags|errors\/handle)\.js$/.test(importer)
              ? { path: 'help', namespace: 'nothing' }
              : undefined,
          );
          // oclif's own debug messages are for its long way.
          onResolve({ filter: /^debug$/ }, () => ({ path: 'debug', namespace: 'nothing' }));
          onLoad({ filter: /./, namespace: 'nothing' }, () => ({
            contents: 'module.exports = () => () => {}; module.exports.enabled = () => false;',
          }));
        },
      },
    ],
  });
}

// The daemon's processes (bin/process.js).
for (const file of sources('src/core/runtime/processes')) {
  await lean({ entryPoints: [file], outfile: join('dist', 'lean', `${basename(file, '.ts')}.cjs`) });
}

// The manifest lets oclif find a command without loading all of them.
const { createManifest } = await import(pathToFileURL(join(root, 'dist', 'main.js')).href);
writeFileSync(join(root, 'oclif.manifest.json'), JSON.stringify(await createManifest(root), null, 1) + '\n');

// The lean commands' help as oclif prints it, 80 columns wide: bin/run.js shows it without oclif and takes its files for their list.
class Page extends Help {
  text = '';
  log(...words) {
    this.text += `${words.join(' ')}\n`;
  }
}
const config = await Config.load({ root });
for (const bundle of Object.keys(leanBundles)) {
  for (const file of leanFiles(bundle)) {
    const id = idOf(file);
    const command = config.findCommand(id.replaceAll(' ', ':'), { must: true });
    const page = new Page(config, { stripAnsi: true, maxWidth: 80 });
    await page.showCommandHelp(command);
    mkdirSync(join(root, 'dist', 'lean', bundle), { recursive: true });
    writeFileSync(join(root, 'dist', 'lean', bundle, `${id.replaceAll(' ', '-')}.txt`), page.text);
  }
}
