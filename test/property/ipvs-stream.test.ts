// What is printed while the kernel is read is what values of the same table print, whichever interface it was read through.
// Truth: printSave, printTable over sortServices, JSON.stringify and printYaml of the table's document.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderView, type ViewName, viewOf } from '../../src/core/cli/ipvs/render.ts';
import { listTable, ordered, type ShowOptions } from '../../src/core/cli/ipvs/show.ts';
import { type WriteFormat, printTable as writeTable } from '../../src/core/cli/ipvs/write-table.ts';
import { printYaml } from '../../src/core/cli/print-yaml.ts';
import { unwrap } from '../../src/core/fault.ts';
import {
  ByteSink,
  type IpvsClient,
  type ListFormat,
  noSchedulerFlags,
  observedDocument,
  parseSave,
  printSave,
  printTable,
  type Service,
  sortServices,
  tableDocument,
  tablePrinter,
  tableTitle,
} from '../../src/core/ipvs/index.ts';
import type { Address } from '../../src/core/net/index.ts';
import { clientOf } from '../fake/client.ts';
import { table } from './ipvs-tables.ts';

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

async function shown(client: IpvsClient, options: ShowOptions, width: number): Promise<string> {
  let text = '';
  const take = (piece: Uint8Array) => {
    text += Buffer.from(piece).toString();
    return true;
  };
  unwrap(await listTable(client, options, take, width, 'Nothing.'));
  return text;
}

/** What is written before the end or a fault. */
async function attempted(client: IpvsClient, format: WriteFormat) {
  const pieces: Uint8Array[] = [];
  const outcome = await writeTable(client, format, piece => {
    pieces.push(piece);
    return false;
  });
  return { outcome, text: Buffer.concat(pieces).toString() };
}

async function written(client: IpvsClient, format: WriteFormat): Promise<string> {
  const { outcome, text } = await attempted(client, format);
  unwrap(outcome);
  return text;
}

const plainService = (index: number): Service => ({
  id: { kind: 'address', protocol: 'tcp', address: `10.0.${index >> 8}.${index & 255}` as Address, port: 80 },
  scheduler: 'rr',
  schedulerFlags: noSchedulerFlags,
  persistence: undefined,
  onePacket: false,
  engine: undefined,
  destinations: [],
});

function readRules(text: string): void {
  const [problem] = parseSave(text).problems;
  if (problem !== undefined) throw new Error(problem.message);
}

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

  it('is what people and programs are shown, in every view and at every width', async () => {
    const views: readonly ViewName[] = ['table', 'services', 'totals', 'rates'];
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom(40, 80, Number.POSITIVE_INFINITY), async (services, width) => {
        const { client } = await clientOf(services);
        const observed = ordered(unwrap(await client.observe()));
        for (const view of views) {
          const options = { service: undefined, names: false, view };
          const rendered = renderView(viewOf(view, { names: undefined, exact: false }), observed, width);
          expect(await shown(client, options, width)).toBe(rendered === '' ? 'Nothing.' : rendered);
          const document = observedDocument(observed);
          expect(await shown(client, { ...options, json: true }, width)).toBe(
            `${JSON.stringify(document, undefined, 2)}\n`,
          );
          expect(await shown(client, { ...options, yaml: true }, width)).toBe(printYaml(document));
        }
      }),
    );
  });

  it('asks a great table for a sample of its servers, once more', async () => {
    const plain = Array.from({ length: 1000 }, (_, index) => plainService(index));
    const { client, options } = await clientOf(plain);
    await shown(client, { service: undefined, names: false, view: 'table' }, 80);
    expect(options.asked()).toBe(2 + 1000 + 250);
  });

  it('is what is saved and exported in every language', async () => {
    await fc.assert(
      fc.asyncProperty(table, async services => {
        const { client } = await clientOf(services);
        const document = tableDocument(unwrap(await client.observe({ counters: false })));
        expect(await written(client, 'rules')).toBe(printSave(services));
        expect(await written(client, 'json')).toBe(`${JSON.stringify(document, undefined, 2)}\n`);
        expect(await written(client, 'yaml')).toBe(printYaml(document));
        expect((await attempted(client, 'json')).outcome).toEqual({
          ok: true,
          value: {
            services: services.length,
            servers: services.flatMap(({ destinations }) => destinations).length,
          },
        });
      }),
    );
  });

  it('has each service once, even where the kernel tells one twice', async () => {
    await fc.assert(
      fc.asyncProperty(table, async services => {
        const { client } = await clientOf(services, { repeated: true });
        expect(await written(client, 'rules')).toBe(printSave(services));
      }),
    );
  });

  it.each([
    ['rules', 4000],
    ['json', 900],
    ['yaml', 900],
  ] as const)('is refused by its readers where reading it failed: %s', async (format, size) => {
    const many = Array.from({ length: size }, (_, index) => plainService(index));
    const last: Service = { ...plainService(0), id: { kind: 'fwmark', family: 'inet6', mark: 7 } };
    const { client } = await clientOf([...many, last], { broken: true });
    const { outcome, text } = await attempted(client, format);
    expect(outcome).toMatchObject({ ok: false });
    expect(text.length).toBeGreaterThan(65_000);
    const read = { json: JSON.parse, yaml: parse, rules: readRules }[format];
    expect(() => read(text)).toThrow();
  });

  it('takes one question for the servers of an IPv4 service', async () => {
    const plain = Array.from({ length: 50 }, (_, index) => plainService(index));
    const { client, options } = await clientOf(plain);
    await written(client, 'rules');
    expect(options.asked()).toBe(52);
  });
});
