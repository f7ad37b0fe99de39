// One finding: what was read, why it matters, and the command that changes it.
// Spec: a sentence a tired operator can act on; severity as the linter's.

export type Severity = 'error' | 'warning' | 'info';

export interface Finding {
  readonly severity: Severity;
  /** The services, servers, interfaces or addresses it is about; empty: the whole host. */
  readonly subjects: readonly string[];
  /** What was read, `NAME = VALUE`. */
  readonly read: readonly string[];
  readonly why: string;
  readonly command: string;
}
