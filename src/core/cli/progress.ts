// A line on the terminal that says how far a long command is; nobody else gets it. Spec: ECMA-48 EL.

export interface Progress {
  /** The next of the steps begins. */
  step(label: string): void;
  /** So many of the steps are over. */
  at(count: number): void;
  /** Removes the line. */
  end(): void;
}

/** Milliseconds before anything is shown, and between two changes of the line. */
const patience = 1_000;
const pace = 100;

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** `what`: the plural of the steps. */
export function createProgress(
  what: string,
  total: number,
  terminal: Terminal = process.stderr,
  now: () => number = () => performance.now(),
): Progress {
  let done = 0;
  let due = now() + patience;
  let shown = false;
  const clear = '\r\u001b[K';
  const show = (label: string) => {
    if (terminal.isTTY !== true || now() < due) return;
    due = now() + pace;
    shown = true;
    const line = `${done} of ${total} ${what}${label}`;
    terminal.write(`${clear}${line.slice(0, (terminal.columns ?? 80) - 1)}`);
  };
  return {
    step(label) {
      done++;
      show(`: ${label}`);
    },
    at(count) {
      done = count;
      show('');
    },
    end() {
      if (shown) terminal.write(clear);
    },
  };
}
