// `npm run corpus`: what keepalived said about real configuration files beside what `lvskit lint` says. LVSKIT_CORPUS names the directory.
// Options: --missed lists every line that keepalived reports and we do not; --json FILE. Exit 1 when a rule of the table is broken.
import { runEntry } from '../lab/bundle.mjs';

await runEntry('test/corpus/agreement.ts', process.argv.slice(2));
