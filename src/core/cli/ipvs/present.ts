// How an answer reaches the user: JSON, YAML or text, and the exit code.
// Spec: print-yaml.ts; fault.ts for what goes wrong.

import { exitCodes, FaultError, type Outcome } from '../../fault.ts';
import type { IpvsClient } from '../../ipvs/index.ts';
import { printYaml } from '../print-yaml.ts';
import { openIpvs } from './kernel.ts';

export interface OutputFlags {
  readonly json?: boolean | undefined;
  readonly yaml?: boolean | undefined;
}

export interface Shown {
  /** Plain data for JSON and YAML. */
  readonly document: unknown;
  /** The same for people; asked only when they look. Ends with a newline unless empty. */
  text(): string | Promise<string>;
  /** Exit code where the answer is one; 0 otherwise. */
  readonly exit?: number;
}

/** What an empty listing says on a terminal; programs get nothing. */
export const emptyNote = (sentence: string): string => (process.stdout.isTTY === true ? `${sentence}\n` : '');

/** Runs `act` with an open kernel. */
export async function withIpvs<T>(act: (client: IpvsClient) => Promise<Outcome<T>>): Promise<Outcome<T>> {
  const kernel = await openIpvs();
  if (!kernel.ok) return kernel;
  try {
    return await act(kernel.value.client);
  } finally {
    kernel.value.close();
  }
}

/** Prints the answer and returns the exit code; throws FaultError when there is none. */
export async function present(flags: OutputFlags, outcome: Outcome<Shown>): Promise<number> {
  if (!outcome.ok) throw new FaultError(outcome.fault);
  process.stdout.write(await print(flags, outcome.value));
  return outcome.value.exit ?? exitCodes.ok;
}

export async function print({ json, yaml }: OutputFlags, shown: Shown): Promise<string> {
  if (json === true) return `${JSON.stringify(shown.document, undefined, 2)}\n`;
  return yaml === true ? printYaml(shown.document) : shown.text();
}
