// The configuration whose checks are asked from here, on a director or anywhere else, and where the packets leave.
// Spec: docs/checks.md; interfaces of the director are not looked for.

import type { CheckerConfig } from '../../check/index.ts';
import type { Config } from '../../conf/index.ts';
import { FaultError } from '../../fault.ts';
import { type Address, parseAddress } from '../../net/index.ts';
import { loadElsewhere } from '../load-elsewhere.ts';

/** Of every connection, in place of what the file says; undefined: as the file says. */
export interface Source {
  readonly from: string | undefined;
  readonly fwmark: number | undefined;
  readonly bindInterface: string | undefined;
}

export interface LoadedChecks {
  readonly file: string;
  readonly configId: string | undefined;
  readonly source: Source;
}

/** The typed configuration with the given source in every check. Throws as `loadElsewhere` and `sourceOf`. */
export function loadChecks({ file, configId, source }: LoadedChecks): Config {
  const config = loadElsewhere(file, configId);
  const own = sourceOf(source);
  return { ...config, checkers: config.checkers.map(checker => leavingBy(checker, own)) };
}

interface Leaving {
  readonly bindAddress?: Address;
  readonly mark?: number;
  readonly bindInterface?: string;
}

/** Fault `usage` for a --from that is not an address. */
export function sourceOf({ from, fwmark, bindInterface }: Source): Leaving {
  const bindAddress = from === undefined ? undefined : parseAddress(from);
  if (from !== undefined && bindAddress === undefined)
    throw new FaultError({ code: 'usage', message: `--from: '${from}' is not an IP address` });
  return {
    ...(bindAddress === undefined ? {} : { bindAddress }),
    ...(fwmark === undefined ? {} : { mark: fwmark }),
    ...(bindInterface === undefined ? {} : { bindInterface }),
  };
}

function leavingBy(checker: CheckerConfig, own: Leaving): CheckerConfig {
  const { check } = checker;
  return 'target' in check
    ? { ...checker, check: { ...check, target: { ...check.target, ...own } } }
    : checker;
}
