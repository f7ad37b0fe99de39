// The word that names what a one-shot check asks: HOST, HOST:PORT, [IPv6]:PORT, with a path behind it for HTTP.
// Spec: net/endpoint.ts; names are resolved as the system resolves them, and the time of that is told.

import type { CheckKind } from '../../check/index.ts';
import { FaultError } from '../../fault.ts';
import { addressOfName } from '../../host/index.ts';
import { type Address, parseAddress, parsePort } from '../../net/index.ts';
import { seconds } from '../../time.ts';
import { visible } from '../../visible.ts';
import { type Source, sourceOf } from './load.ts';

type Target = Extract<CheckKind, { readonly kind: 'tcp' }>['target'];

export interface TargetOptions extends Source {
  /** Seconds. */
  readonly timeout: number;
}

export interface FoundTarget {
  readonly target: Target;
  /** As given, where it is a name. */
  readonly name: string | undefined;
  /** '/' without one. */
  readonly path: string;
  /** Seconds that the name took; undefined: it is an address. */
  readonly resolved: number | undefined;
}

const usage = (message: string, remedy: string) => new FaultError({ code: 'usage', message, remedy });

/** A name that cannot be resolved: nothing can be asked. */
export interface NoTarget {
  readonly unknownHost: string;
}

/** `port`: where the word names none; undefined: it must. Throws for a word that cannot be read. */
export async function findTarget(
  word: string,
  port: number | undefined,
  { timeout, ...source }: TargetOptions,
): Promise<FoundTarget | NoTarget> {
  const bare = parseAddress(word);
  const [, host = word, portText, path = '/'] =
    bare === undefined ? (/^(\[[^\]]+\]|[^:/[\]]+)(?::(\d+))?(\/.*)?$/s.exec(word) ?? []) : [];
  const shown = visible(word);
  const remedy = 'Write HOST:PORT, or [ADDRESS]:PORT for IPv6.';
  const number = portText === undefined ? port : parsePort(portText);
  if (number === undefined || number === 0)
    throw usage(`'${shown}' ${portText === undefined ? 'names no port' : 'has no port 1 to 65535'}`, remedy);
  const plain = host.replace(/^\[|\]$/g, '');
  const given = bare ?? parseAddress(plain);
  if (given === undefined && !/^[A-Za-z0-9_.-]+$/.test(plain))
    throw usage(`'${shown}' is not HOST:PORT`, remedy);
  const began = performance.now();
  const address = given ?? ((await addressOfName(plain, 0)) as Address | undefined);
  if (address === undefined) return { unknownHost: plain };
  const target: Target = {
    ...{ address, port: number, timeout: seconds(timeout) },
    ...{ bindAddress: undefined, bindPort: undefined, bindInterface: undefined, mark: 0 },
    ...sourceOf(source),
  };
  const resolved = given === undefined ? (performance.now() - began) / 1_000 : undefined;
  return { target, name: given === undefined ? plain : undefined, path, resolved };
}
