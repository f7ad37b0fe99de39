// `npm run bench:ipvs`: great IPVS tables restored, saved, listed and cleared, lvskit beside ipvsadm in one run of the test kernel.
// Options: --quick (smaller tables), --json FILE. The work is in ipvs/.
import { runEntry } from '../lab/bundle.mjs';

await runEntry('test/bench/ipvs/report.ts', process.argv.slice(2));
