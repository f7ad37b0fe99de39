// Blocks in the descriptor form: each keyword written once, everything else derived.
// Spec: keepalived.conf(5). To convert a block: write its file here, put the block into the list of keywords/ in place of its
// entries, remove its lines from keywords/sentences.ts, keywords/feeds.ts and test/fixtures/keywords.txt, and lower the number
// in test/unit/conf/blocks.test.ts.

import { authHmac } from './auth-hmac.ts';
import type { DescribedBlock, Descriptor } from './descriptor.ts';
import { garpGroup } from './garp-group.ts';
import { ssl } from './ssl.ts';
import { vrrpScript } from './vrrp-script.ts';

export const describedBlocks: readonly DescribedBlock[] = [authHmac, ssl, garpGroup, vrrpScript];

const byPath = new Map(describedBlocks.map(each => [each.path, each]));

/** The facts of a keyword of a converted block; undefined where the block is not converted or does not know the keyword. */
export function factsOf(path: string, name: string): Descriptor<unknown> | undefined {
  const descriptors: Readonly<Record<string, Descriptor<unknown>>> | undefined =
    byPath.get(path)?.descriptors;
  return descriptors !== undefined && Object.hasOwn(descriptors, name) ? descriptors[name] : undefined;
}
