// Clears the table inside a process that has started: prints the milliseconds of the work alone, which is shorter than a start varies.
// Stands behind it: bin/lean.js, which loads the same bundle for the installed program.
const { loadLean } = require('../../../bin/lean.js');

async function run() {
  const { runIpvsadm } = loadLean('kernel', 'ipvsadm');
  // The native packages are loaded by then.
  await runIpvsadm(['-Z']);
  const begun = process.hrtime.bigint();
  await runIpvsadm(['-C']);
  console.log(`clear ${process.hrtime.bigint() - begun}`);
}

run();
