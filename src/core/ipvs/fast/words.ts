// Constant words of the byte forms. Spec: ../constants.ts; the words are those of the output formats that use them.

import { forwardingNumbers } from '../constants.ts';
import type { Forwarding, Protocol } from '../model.ts';
import { protocolNumbers } from '../model.ts';

/** A word for each number that the kernel has for a key of `numbers`. */
const byNumber = <Name extends string>(
  numbers: Readonly<Record<Name, number>>,
  words: Readonly<Record<Name, string>>,
): readonly Uint8Array[] => {
  const list: Uint8Array[] = [];
  for (const name of Object.keys(numbers) as Name[]) list[numbers[name]] = Buffer.from(words[name]);
  return list;
};

export const protocolWords = (words: Readonly<Record<Protocol, string>>) => byNumber(protocolNumbers, words);
export const forwardingWords = (words: Readonly<Record<Forwarding, string>>) =>
  byNumber(forwardingNumbers, words);
