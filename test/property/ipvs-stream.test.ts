// What is printed while the kernel is read is what values of the same table print, whichever interface it was read through.
// Truth: printSave, printTable over sortServices, JSON.stringify and printYaml of the table's document.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableText, type WriteFormat } from '../../src/core/cli/ipvs/write-table.ts';
import { printYaml } from '../../src/core/cli/print-yaml.ts';
import { succeed, unwrap } from '../../src/core/fault.ts';
import { openBlockingNetlink, type SocketCalls } from '../../src/core/host/netlink-blocking.ts';
import {
  ByteSink,
  createIpvsClient,
  type IpvsClient,
  type ListFormat,
  printSave,
  printTable,
  readServerEntries,
  type Service,
  sortServices,
  tableDocument,
  tablePrinter,
  tableTitle,
} from '../../src/core/ipvs/index.ts';
import { fakeKernel } from '../fake/kernel.ts';
import { fakeOptions } from '../fake/options.ts';
import { table } from './ipvs-tables.ts';

/** A client of a kernel with this table; `repeated` makes each dump of services say everything twice. */
async function clientOf(services: readonly Service[], repeated = false) {
  const kernel = fakeKernel(services);
  const options = fakeOptions(() => kernel.services());
  const queue: Uint8Array[] = [];
  const calls: SocketCalls = {
    socket: () => 3,
    connect: () => 0,
    setsockopt: () => 0,
    close: () => 0,
    send(_, bytes, length) {
      const answers = kernel.receive(bytes.slice(0, length));
      const isDump = answers.length > 2 && kernel.commands.at(-1) === 4;
      queue.push(...(repeated && isDump ? answers.slice(0, -1) : []), ...answers);
      return length;
    },
    recv(_, bytes) {
      const next = queue.shift();
      if (next === undefined) throw new Error('nothing was asked');
      bytes.set(next);
      return next.length;
    },
    errno: () => 0,
  };
  const socket = unwrap(await openBlockingNetlink('generic', async () => succeed(calls)));
  const client = createIpvsClient(async requests => socket.ask(requests), {
    dump: (request, take, again) => socket.dump(request, take, again),
    entries: async () => readServerEntries(options.read),
  });
  return { client, options };
}

async function listed(client: IpvsClient, format: ListFormat): Promise<string> {
  let text = '';
  const sink = new ByteSink(piece => {
    text += Buffer.from(piece).toString();
    return true;
  });
  unwrap(await client.print(tablePrinter(format), sink));
  sink.flush();
  return text;
}

const written = async (client: IpvsClient, format: WriteFormat): Promise<string> =>
  Buffer.concat(unwrap(await tableText(client, format)).pieces).toString();

const views = ['rules', 'plain', 'thresholds', 'stats'] as const;

describe('a table that is printed while it is read', () => {
  it('is what ipvsadm lists, in every view, sorted or not', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.boolean(), async (services, sorted) => {
        const { client } = await clientOf(services);
        const observed = unwrap(await client.observe());
        for (const view of views) {
          const format: ListFormat = { numeric: true, view, sorted, exact: false };
          const chosen = sorted ? sortServices(observed) : observed;
          expect(await listed(client, format)).toBe(
            tableTitle(format) + printTable(chosen, format, undefined),
          );
        }
      }),
    );
  });

  it('is what is saved and exported in every language', async () => {
    await fc.assert(
      fc.asyncProperty(table, async services => {
        const { client } = await clientOf(services);
        const document = tableDocument(unwrap(await client.observe({ counters: false })));
        expect(await written(client, 'rules')).toBe(printSave(services));
        expect(await written(client, 'json')).toBe(`${JSON.stringify(document, undefined, 2)}\n`);
        expect(await written(client, 'yaml')).toBe(printYaml(document));
        expect(unwrap(await tableText(client, 'json'))).toMatchObject({
          services: services.length,
          servers: services.flatMap(({ destinations }) => destinations).length,
        });
      }),
    );
  });

  it('has each service once, even where the kernel tells one twice', async () => {
    await fc.assert(
      fc.asyncProperty(table, async services => {
        const { client } = await clientOf(services, true);
        expect(await written(client, 'rules')).toBe(printSave(services));
      }),
    );
  });

  it('takes one question for the servers of an IPv4 service', async () => {
    const [one] = fc.sample(
      table.filter(some => some.length > 3),
      { numRuns: 1, seed: 1 },
    );
    if (one === undefined) throw new Error('no table');
    const plain = Array.from({ length: 50 }, (_, index) => ({
      ...(one[0] as Service),
      id: { kind: 'address', protocol: 'tcp', address: `10.0.0.${index}`, port: 80 } as Service['id'],
      persistence: undefined,
      destinations: [],
    }));
    const { client, options } = await clientOf(plain);
    await written(client, 'rules');
    expect(options.asked()).toBe(52);
  });
});
