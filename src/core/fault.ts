// Expected failures as values, and the one catalogue of their codes.
// Floor 0: imports nothing. A code is never reused; test/unit/fault.test.ts compares catalogue, docs and use.

/** Whose doing it is: our caller's, the peer's on the wire, the kernel's answer, or the machine we run on. */
export type Blame = 'local' | 'remote' | 'kernel' | 'environment';

/** Process exit codes. The daemon's follow keepalived(8): 2 configuration fatal in a child, 5 configuration refused. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  unsupported: 3,
  permission: 4,
  configuration: 5,
  missingFile: 6,
  conflict: 7,
  undecided: 8,
  internal: 70,
} as const;
export type ExitName = keyof typeof exitCodes;

/** One sentence for each exit code, for man pages. */
export const exitMeanings = {
  ok: 'Done.',
  failure: 'The operation failed; stderr tells the reason.',
  usage: 'Usage error: an unknown command or flag, a missing argument, or a value that is not allowed.',
  unsupported: 'The kernel or an optional package lacks what is needed.',
  permission: 'Not permitted: root or a capability is missing.',
  configuration: 'The file is refused; stderr names every error with its place.',
  missingFile: 'A file named on the command line is missing, unreadable or cannot be written.',
  conflict: 'Another administrator or program changed or owns the same entry; it is left as it is.',
  undecided: 'No comparison: the kernel did not answer.',
  internal: 'A fault of lvskit itself.',
} as const satisfies Record<ExitName, string>;

interface FaultKind {
  readonly blame: Blame;
  readonly exit: ExitName;
  /** What the operator can do about it; one sentence. */
  readonly remedy: string;
}

/** Every code that may reach a user, with who is to blame, the exit code and the remedy. Documented in docs/faults.md. */
export const faultKinds = {
  usage: { blame: 'local', exit: 'usage', remedy: 'Run the command with --help for its usage.' },
  'ipvs-missing': {
    blame: 'environment',
    exit: 'unsupported',
    remedy: 'Load the module (modprobe ip_vs) or boot a kernel built with CONFIG_IP_VS.',
  },
  'not-permitted': {
    blame: 'environment',
    exit: 'permission',
    remedy: 'Run as root, or with CAP_NET_ADMIN and CAP_NET_RAW in this network namespace.',
  },
  'native-missing': {
    blame: 'environment',
    exit: 'unsupported',
    remedy: 'Install the optional package: npm install it beside lvskit on Linux.',
  },
  'netlink-refused': {
    blame: 'kernel',
    exit: 'failure',
    remedy: 'The message behind the colon is the kernel’s own reason.',
  },
  'netlink-timeout': {
    blame: 'kernel',
    exit: 'failure',
    remedy: 'The kernel did not answer in time; look at dmesg and try again.',
  },
  'netlink-malformed': {
    blame: 'kernel',
    exit: 'failure',
    remedy: 'Report this with the kernel version: its answer could not be read.',
  },
  'socket-failed': {
    blame: 'environment',
    exit: 'failure',
    remedy: 'Check the interface, the address and the limits on open files.',
  },
  'file-unreadable': {
    blame: 'environment',
    exit: 'missingFile',
    remedy: 'Check the path and its permissions.',
  },
  'configuration-refused': {
    blame: 'local',
    exit: 'configuration',
    remedy: 'Correct the lines named above; lvskit run -t checks without starting.',
  },
  'no-daemon': {
    blame: 'environment',
    exit: 'missingFile',
    remedy: 'Start lvskit run, or name the socket of a running daemon with --socket or --instance.',
  },
  'already-running': {
    blame: 'environment',
    exit: 'failure',
    remedy: 'Stop the running daemon first, or give this one other PID files (-p, -r, -c).',
  },
  conflict: {
    blame: 'environment',
    exit: 'conflict',
    remedy: 'Look at the entry as it is now (lvskit vs show) and decide again.',
  },
  internal: {
    blame: 'local',
    exit: 'internal',
    remedy: 'This is a fault of lvskit: report it with the text above.',
  },
} as const satisfies Record<string, FaultKind>;

export type FaultCode = keyof typeof faultKinds;

/** One expected failure: plain data, safe to log, print and record. */
export interface Fault {
  readonly code: FaultCode;
  /** One line: what failed and why, in the field's words, without the remedy. */
  readonly message: string;
  /** The operation that failed, e.g. `IPVS_CMD_NEW_SERVICE`, `bind`. */
  readonly operation?: string;
  /** Symbolic errno, e.g. `EEXIST`. */
  readonly errno?: string;
  /** The kernel's extended-ack text (NLMSGERR_ATTR_MSG), if it gave one; `message` has it too. */
  readonly kernelText?: string;
  /** Byte offset into the request of the attribute the kernel objects to (NLMSGERR_ATTR_OFFS). */
  readonly offset?: number;
  /** Places and causes, one a line, where there are several: printed before the message. */
  readonly details?: readonly string[];
  /** Overrides the catalogue's exit code where a command needs that one for something else. */
  readonly exit?: ExitName;
  /** Overrides the catalogue's remedy where the place knows better. */
  readonly remedy?: string;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: Fault };

export const succeed = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const fail = (fault: Fault): { readonly ok: false; readonly fault: Fault } => ({ ok: false, fault });

/** What the operator can do: the place's own remedy or the catalogue's. */
export const remedyOf = (fault: Fault): string => fault.remedy ?? faultKinds[fault.code].remedy;

/** The process exit code this fault stands for. */
export const exitCodeOf = (fault: Fault): number => exitCodes[fault.exit ?? faultKinds[fault.code].exit];

/** Carries a Fault through code that can only throw; caught at the command's edge, never shown with a stack. */
export class FaultError extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.message);
    this.name = 'FaultError';
    this.fault = fault;
  }
}

/** The value of an outcome, or its fault thrown as FaultError. For edges only. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new FaultError(outcome.fault);
}
