// The door of cli/: oclif base command, tables, colour, output, exit codes; wires daemon into host. Floor 6.
export { complain, endWithReader } from './closed-pipe.ts';
export { exitOf, printFailure } from './failure.ts';
export { spellingRows } from './from-ipvsadm.ts';
export { runDaemon } from './run.ts';
