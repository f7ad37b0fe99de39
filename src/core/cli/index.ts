// The door of cli/: oclif base command, tables, colour, output, exit codes; wires daemon into host. Floor 6.
export { exitOf, printFailure } from './failure.ts';
export { runDaemon } from './run.ts';
