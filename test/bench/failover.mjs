// `npm run bench:failover`: how fast the backup answers after the master dies, lvskit beside keepalived in one run.
// Options: --only lvskit|keepalived, --repetitions N, --intervals 1,0.1,0.01, --json FILE. The work is in failover/.
import { runEntry } from '../lab/bundle.mjs';

await runEntry('test/bench/failover/report.ts', process.argv.slice(2));
