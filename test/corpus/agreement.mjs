// `npm run corpus`: what keepalived said about real configuration files beside what `lvskit lint` says. LVSKIT_CORPUS names the directory.
// Options: --json FILE; --ask: asks the keepalived of the machine about DIR/conf/*.conf first (root) and writes oracle.tsv and oracle/. Exit 1 when keepalived says something that neither a finding nor a documented kind explains, or the other way round.
import { runEntry } from '../lab/bundle.mjs';

await runEntry('test/corpus/agreement.ts', process.argv.slice(2));
