// Clears the table inside a process that has started: prints the milliseconds of the work alone, which is shorter than a start varies.
// Spec: bin/lean.js, which loads the same bundle for the installed program.
const { loadLean, partOf } = require('../../../bin/lean.js');

/** Milliseconds until V8's other threads have done what a start leaves them to do: on one processor they would be counted. */
const settling = 300;

async function run() {
  const { runIpvsadm } = loadLean('kernel', partOf('ipvsadm', ['-C']));
  // The native packages are loaded by then.
  await runIpvsadm(['-Z']);
  // Waiting would let the processor do other things, and forget ours.
  for (const end = Date.now() + settling; Date.now() < end; );
  const begun = process.hrtime.bigint();
  await runIpvsadm(['-C']);
  console.log(`clear ${process.hrtime.bigint() - begun}`);
}

run();
