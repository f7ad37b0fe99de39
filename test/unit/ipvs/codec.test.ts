// The IPVS family's codec and client. Truth: payloads recorded from a Linux 6.1 kernel (kernel-answers.ts) and a fake kernel.
import { describe, expect, it } from 'vitest';
import { type Outcome, succeed, unwrap } from '../../../src/core/fault.ts';
import {
  createIpvsClient,
  decodeDestinations,
  decodeInfo,
  decodeServices,
  decodeTimeouts,
  lower,
  plan,
  printDestination,
  printService,
  type Service,
} from '../../../src/core/ipvs/index.ts';
import {
  decodeMessages,
  type Message,
  type Request,
  startDialogue,
  stepDialogue,
} from '../../../src/core/netlink/index.ts';
import { instant } from '../../../src/core/time.ts';
import { type FakeKernel, fakeKernel } from '../../fake/kernel.ts';
import { kernelAnswers } from './kernel-answers.ts';

const answer = (name: keyof typeof kernelAnswers): Message[] => [
  { type: 28, flags: 0, sequence: 1, port: 0, payload: Buffer.from(kernelAnswers[name], 'hex') },
];
const service = (name: keyof typeof kernelAnswers) => unwrap(decodeServices(answer(name)))[0]!;

/** A client whose dialogue talks to the fake kernel. */
function clientOf(kernel: FakeKernel) {
  const dialogue = startDialogue();
  return createIpvsClient((requests: readonly Request[]) => {
    const outcomes: Outcome<readonly Message[]>[] = requests.map(() => succeed([]));
    const queue: Parameters<typeof stepDialogue>[1][] = [{ kind: 'submit', ticket: 1, requests }];
    for (let input = queue.shift(); input !== undefined; input = queue.shift()) {
      for (const effect of stepDialogue(dialogue, input, instant(0))) {
        if (effect.kind === 'settle') outcomes[effect.index] = effect.outcome;
        if (effect.kind !== 'send') continue;
        for (const bytes of kernel.receive(effect.datagram)) queue.push({ kind: 'datagram', bytes });
      }
    }
    return Promise.resolve(outcomes);
  });
}

describe('what the kernel sent', () => {
  it.each([
    ['shTcp', '-A -t 10.0.0.3:80 -s sh -p 60 -M 255.255.255.0 -b sh-fallback,sh-port'],
    ['sipUdp6', '-A -u [2001:db8::1]:5060 -s rr -p 77 --pe sip -o'],
    ['fwmark6', '-A -f 6 -6 -s rr -p 100 -M 64'],
  ] as const)('%s is the service ipvsadm made', (name, rule) => {
    expect(printService(service(name))).toBe(rule);
    expect(service(name).counters.connections).toBe(0n);
  });

  it.each([
    ['nat', 'shTcp', '-a -t 10.0.0.3:80 -r 192.168.0.1:8080 -m -w 3 -x 100 -y 50'],
    ['gue', 'shTcp', '-a -t 10.0.0.3:80 -r 192.168.0.5:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum'],
    ['nat6', 'sipUdp6', '-a -u [2001:db8::1]:5060 -r [2001:db8::5]:5061 -m -w 2'],
  ] as const)('%s is the destination ipvsadm made', (name, of, rule) => {
    const [destination] = unwrap(decodeDestinations(answer(name), 'inet'));
    expect(printDestination(service(of).id, destination!, { exact: false })).toBe(rule);
  });

  it('timeouts and info are the defaults of a fresh kernel', () => {
    expect(unwrap(decodeTimeouts(answer('timeouts')))).toEqual({ tcp: 900, tcpFin: 120, udp: 300 });
    expect(unwrap(decodeInfo(answer('info')))).toEqual({ version: '1.2.1', connectionTableSize: 4096 });
  });

  it('is refused, never thrown at, wherever it is cut or flipped', () => {
    const payload = Buffer.from(kernelAnswers.nat, 'hex');
    for (let at = 0; at < payload.length; at++) {
      const [whole] = answer('nat');
      const cut = decodeDestinations([{ ...whole!, payload: payload.subarray(0, at) }], 'inet');
      // A cut at the very end of the header or of a first-level attribute leaves nothing to read.
      expect(cut.ok ? cut.value.length : cut.fault.code).toBe(at === 4 ? 0 : 'netlink-malformed');
      const flipped = Buffer.from(payload);
      flipped[at] = flipped[at]! ^ 0xff;
      decodeDestinations([{ ...whole!, payload: flipped }], 'inet');
    }
  });
});

describe('what we send', () => {
  it('has the attribute bytes the kernel uses for the same entry', () => {
    const made = service('sipUdp6');
    const [operation] = plan([], [{ ...made, destinations: [] }], { prune: false });
    const sent = Buffer.from(lower(operation!, 28).payload).toString('hex');
    // Family, protocol, address and port stand first in both: the kernel's bytes from its nested header on.
    expect(sent.slice(16, 16 + 88)).toBe(kernelAnswers.sipUdp6.slice(16, 16 + 88));
  });

  it('names the mask of flags it means to set, never IP_VS_SVC_F_HASHED', () => {
    const made = service('shTcp');
    const [operation] = plan([], [{ ...made, destinations: [] }], { prune: false });
    expect(Buffer.from(lower(operation!, 28).payload).toString('hex')).toContain('0c000700190000003d000000');
  });
});

describe('the client', () => {
  const desired: Service[] = [
    {
      ...service('shTcp'),
      destinations: unwrap(decodeDestinations([...answer('nat'), ...answer('gue')], 'inet')),
    },
    { ...service('fwmark6'), destinations: [] },
  ];

  it('restores a table and observes what it restored', async () => {
    const kernel = fakeKernel([], { unknownAttributes: true });
    const client = clientOf(kernel);
    const outcomes = await client.apply(plan([], desired, { prune: true }));
    expect(outcomes.every(outcome => outcome.ok)).toBe(true);
    const observed = unwrap(await client.observe());
    expect(plan(observed, desired, { prune: true })).toEqual([]);
    expect(observed[0]?.counters.connections).toBe(7n);
    expect(unwrap(await client.list())[0]?.destinations).toEqual([]);
    unwrap(await client.flush());
    expect(kernel.services()).toEqual([]);
  });

  it('reports each refusal in ipvsadm’s words and carries out the rest', async () => {
    const kernel = fakeKernel(desired.slice(0, 1));
    const outcomes = await clientOf(kernel).apply(plan([], desired, { prune: true }));
    expect(outcomes.map(outcome => (outcome.ok ? 'ok' : outcome.fault.message))).toEqual([
      '-t 10.0.0.3:80: Service already exists',
      '-t 10.0.0.3:80 -r 192.168.0.1:8080: Destination already exists',
      '-t 10.0.0.3:80 -r 192.168.0.5:80: Destination already exists',
      'ok',
    ]);
  });

  it('says ipvs-missing and not-permitted', async () => {
    const missing = await clientOf(fakeKernel([], { ipvs: false })).list();
    expect(missing).toMatchObject({ ok: false, fault: { code: 'ipvs-missing' } });
    const denied = await clientOf(fakeKernel([], { refuse: 1 })).flush();
    expect(denied).toMatchObject({ ok: false, fault: { code: 'not-permitted', errno: 'EPERM' } });
  });

  it('asks for the family once', async () => {
    const kernel = fakeKernel();
    const client = clientOf(kernel);
    await client.flush();
    await client.flush();
    expect(kernel.commands).toEqual([17, 17]);
    expect(unwrap(decodeMessages(new Uint8Array(0)))).toEqual([]);
  });
});
