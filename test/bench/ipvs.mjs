// `npm run bench:ipvs`: great IPVS tables restored, saved, listed and cleared, lvskit beside ipvsadm in one run of the test kernel.
// Options: --quick (smaller tables), --growth (3,000 and 30,000 services alone), --rounds N, --json FILE. The work is in ipvs/.
import { runEntry } from '../lab/bundle.mjs';

await runEntry('test/bench/ipvs/report.ts', process.argv.slice(2));
