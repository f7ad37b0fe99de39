// `node test/corpus/differ.mjs`: random mistakes in real files, judged by keepalived -t and by the linter. Root; LVSKIT_CORPUS is optional.
// Options: --count N (500), --seed N (1), --mutation NAME, --all: also files with errors, --keep DIR for what keepalived was asked, --show N examples. Exit 1 for what no documented kind explains.
// --probe: each keyword of the catalogue instead, right and wrong (--keyword PATTERN, --mutation FORM); --compose: random blocks of random keywords.
import { runEntry } from '../lab/bundle.mjs';

await runEntry('test/corpus/differ.ts', process.argv.slice(2));
