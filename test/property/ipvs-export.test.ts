// An export is lossless or says what it loses: apply(export(x)) = x for every table the kernel can hold.
// Spec: schema lvskit/ipvs/1; ipvsadm(8) -S, whose language holds less: what it loses is told, and nothing else is lost.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { printTable } from '../../src/core/cli/ipvs/write-table.ts';
import { unwrap } from '../../src/core/fault.ts';
import {
  applyToTable,
  ByteSink,
  type IpvsClient,
  parseSave,
  plan,
  type RulesLoss,
  readTableDocument,
  rulesPrinter,
  type Service,
  servicesOf,
  tableOf,
} from '../../src/core/ipvs/index.ts';
import { lossesOfServer, lossesOfService } from '../../src/core/ipvs/rules-losses.ts';
import { clientOf } from '../fake/client.ts';
import { kernelTable } from './kernel-tables.ts';

async function exported(client: IpvsClient, format: 'yaml' | 'json'): Promise<unknown> {
  const pieces: Uint8Array[] = [];
  unwrap(
    await printTable(client, format, piece => {
      pieces.push(piece);
      return false;
    }),
  );
  const text = Buffer.concat(pieces).toString();
  return format === 'json' ? JSON.parse(text) : parse(text);
}

async function rulesOf(client: IpvsClient) {
  const losses: RulesLoss[] = [];
  const pieces: string[] = [];
  const sink = new ByteSink(piece => {
    pieces.push(Buffer.from(piece).toString());
    return true;
  });
  unwrap(
    await client.print(
      rulesPrinter(loss => losses.push(loss)),
      sink,
    ),
  );
  sink.flush();
  return { text: pieces.join(''), losses };
}

/** What rules can hold of a table: entries with a loss that no reader makes good are left out. */
function withoutLosses(services: readonly Service[]): Service[] {
  const whole = (losses: readonly RulesLoss[]) => losses.every(({ kept }) => kept);
  return services
    .filter(service => whole(lossesOfService(service)))
    .map(service => ({
      ...service,
      destinations: service.destinations.filter(one => whole(lossesOfServer(service.id, one))),
    }));
}

describe('a table of everything the kernel keeps', () => {
  it.each(['yaml', 'json'] as const)('comes back from its export: %s', async format => {
    await fc.assert(
      fc.asyncProperty(kernelTable, async services => {
        const { client } = await clientOf(services);
        const read = unwrap(readTableDocument(await exported(client, format)));
        expect(plan(services, read, { prune: true })).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('comes back from its rules where these lose nothing, and every loss is told', async () => {
    let [lossless, told] = [0, 0];
    await fc.assert(
      fc.asyncProperty(kernelTable, fc.boolean(), async (any, filtered) => {
        const services = filtered ? withoutLosses(any) : any;
        const { client } = await clientOf(services);
        const { text, losses } = await rulesOf(client);
        const expected = services.flatMap(service => [
          ...lossesOfService(service),
          ...service.destinations.flatMap(one => lossesOfServer(service.id, one)),
        ]);
        const sorted = (list: readonly RulesLoss[]) => list.map(one => JSON.stringify(one)).sort();
        expect(sorted(losses)).toEqual(sorted(expected));
        if (losses.some(({ kept }) => !kept)) {
          told++;
          return;
        }
        lossless++;
        const { rules, problems } = parseSave(text);
        expect(problems).toEqual([]);
        const table = tableOf([]);
        for (const { rule } of rules) expect(applyToTable(table, rule)).toBeUndefined();
        expect(plan(services, servicesOf(table), { prune: true })).toEqual([]);
      }),
      { numRuns: 400 },
    );
    // Both sides of the law were looked at.
    expect(lossless).toBeGreaterThan(50);
    expect(told).toBeGreaterThan(50);
  });
});

describe('rules of what ipvsadm cannot say', () => {
  it('name each loss', async () => {
    const service: Service = {
      id: { kind: 'address', protocol: 'tcp', address: '10.0.0.1' as never, port: 80 },
      scheduler: 'rr',
      schedulerFlags: { flag1: false, flag2: false, flag3: false },
      ...{ persistence: undefined, onePacket: false, engine: undefined },
      destinations: [
        {
          address: '10.0.1.1' as never,
          port: 80,
          forwarding: 'LOCAL',
          tunnel: undefined,
          weight: 1,
          upperThreshold: 0,
          lowerThreshold: 0,
        },
        {
          address: '10.0.1.2' as never,
          port: 8080,
          forwarding: 'DR',
          tunnel: undefined,
          weight: 1,
          upperThreshold: 3_000_000_000,
          lowerThreshold: 0,
        },
      ],
    };
    const { client } = await clientOf([service]);
    const { losses } = await rulesOf(client);
    expect(losses.map(({ subject, text }) => `${subject}: ${text}`)).toEqual([
      '-t 10.0.0.1:80 -r 10.0.1.1:80: forwarding local becomes direct routing (-g)',
      "-t 10.0.0.1:80 -r 10.0.1.2:8080: port 8080 becomes 80, the service's",
      '-t 10.0.0.1:80 -r 10.0.1.2:8080: ipvsadm refuses the threshold 3000000000',
    ]);
  });
});
