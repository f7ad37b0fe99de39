// `npm run demo`: a highly available LVS pair from keepalived.conf, in about a minute and a half, on the terminal and as a picture.
// Options: --daemon lvskit|keepalived, --svg FILE, --json FILE. The work is in show.ts (here) and story.ts (in the cluster).
import { runEntry } from '../lab/bundle.mjs';

await runEntry('test/demo/show.ts', process.argv.slice(2));
