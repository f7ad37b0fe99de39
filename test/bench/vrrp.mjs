// `npm run bench:vrrp`: what the VRRP process costs and how punctual it is, lvskit beside keepalived in one run.
// Options: --only cpu,interval,takeover,churn,start,flood; --repetitions N; --seconds N; --json FILE. LVSKIT_KEEPALIVED names another build.
import { runEntry } from '../lab/bundle.mjs';

await runEntry('test/bench/vrrp/report.ts', process.argv.slice(2));
