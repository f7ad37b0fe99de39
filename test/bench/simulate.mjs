// `npm run bench:simulate`: an hour of many routers on the virtual clock. Budget: 1,000 routers (500 pairs at one second) in a minute.
import { runEntry } from '../lab/bundle.mjs';

await runEntry('test/bench/simulate/measure.ts', process.argv.slice(2));
