// runtime/: the running daemon. `loadForDaemon` reads and judges a file, `daemonLogger` writes its log, and `supervise` (a module of its
// own, because reading it costs more than checking a small file) runs the supervisor, which forks `processes/vrrp.ts` and
// `processes/checker.ts`. Each process is a machine of daemon/ whose effects are performed here over host/; this module and host/ are
// the only ones that touch the operating system. For cli/ alone: nothing below may know that a daemon exists.

export { type Loaded, type Loading, loadForDaemon, printDiagnostic } from './configuration.ts';
export { daemonLogger, diagnosticEvent, type LogOptions } from './logging.ts';
export type { RunOptions } from './supervise.ts';
