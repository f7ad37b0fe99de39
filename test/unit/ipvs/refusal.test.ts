// What a refusal of the kernel says: subject, ipvsadm's words, the kernel's own text, and what can be done.
// Truth: errno values of net/netfilter/ipvs as ipvsadm 1.31 words them; commands there are.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/core/ipvs/index.ts';
import { explain, refusalWords } from '../../../src/core/ipvs/refusal.ts';
import type { Address } from '../../../src/core/net/index.ts';

const id = { kind: 'address', protocol: 'tcp', address: '10.0.0.1' as Address, port: 80 } as const;
const destination = { address: '10.0.1.1' as Address, port: 80 };
const operations: Readonly<Record<Operation['kind'], Operation>> = {
  'add-service': { kind: 'add-service', service: { id } as never },
  'edit-service': { kind: 'edit-service', service: { id } as never, before: { id } as never },
  'remove-service': { kind: 'remove-service', id },
  'add-destination': { kind: 'add-destination', service: id, destination: destination as never },
  'edit-destination': {
    kind: 'edit-destination',
    service: id,
    destination: destination as never,
    before: destination as never,
  },
  'remove-destination': { kind: 'remove-destination', service: id, destination },
};
const cases = Object.entries(refusalWords).flatMap(([kind, words]) =>
  Object.entries(words).map(([errno, text]) => [kind as Operation['kind'], errno, text] as const),
);
const commands = ['vs', 'rs', 'sync'].flatMap(topic =>
  readdirSync(`src/commands/${topic}`).map(file => `lvskit ${topic} ${file.replace('.ts', '')}`),
);

describe.each(cases)('%s refused with %s', (kind, errno, words) => {
  const fault = { code: 'netlink-refused', message: `IPVS_CMD: ${errno}`, errno } as const;

  it('has the words of ipvsadm behind its subject, and a remedy of its own', () => {
    const explained = explain(operations[kind], fault);
    expect(explained.message).toMatch(/^-t 10\.0\.0\.1:80( -r 10\.0\.1\.1:80)?: /);
    expect(explained.message.endsWith(`: ${words}`)).toBe(true);
    const [command] = /^lvskit \w+ \w+/.exec(explained.remedy ?? '') ?? [];
    if (command === undefined) expect(explained.remedy).toContain('modprobe');
    else expect(commands).toContain(command);
  });

  it('keeps what the kernel says itself (NETLINK_EXT_ACK)', () => {
    const explained = explain(operations[kind], { ...fault, kernelText: 'because of this' });
    expect(explained.message.endsWith(`: ${words} (because of this)`)).toBe(true);
  });
});

it('keeps the message of a refusal there are no words for', () => {
  const fault = {
    code: 'netlink-refused',
    message: 'IPVS_CMD_DEL_SERVICE: EINVAL',
    errno: 'EINVAL',
  } as const;
  expect(explain(operations['remove-service'], fault)).toEqual({
    ...fault,
    message: '-t 10.0.0.1:80: IPVS_CMD_DEL_SERVICE: EINVAL',
  });
});
