// `npm run soak`: what takes too long for every commit. Options: --only demo,reloads,flood,packets; --times N (of the chosen parts);
// --json FILE. The parts are in soak.ts.
import { runEntry } from '../lab/bundle.mjs';

await runEntry('test/soak/soak.ts', process.argv.slice(2));
