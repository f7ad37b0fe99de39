// `npm run corpus`: what keepalived said about real configuration files beside what `lvskit lint` says. LVSKIT_CORPUS names the directory.
// Option: --json FILE. Exit 1 when keepalived says something that neither a finding nor a documented kind explains, or the other way round.
import { runEntry } from '../lab/bundle.mjs';

await runEntry('test/corpus/agreement.ts', process.argv.slice(2));
