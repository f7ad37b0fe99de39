// The table in portions: the text is that of the whole table, however it is cut.
// Truth: JSON.stringify, the package yaml and ipvs/text-print.ts on the whole document.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { tableText, type WriteFormat } from '../../../src/core/cli/ipvs/write-table.ts';
import { succeed, unwrap } from '../../../src/core/fault.ts';
import { noCounters } from '../../../src/core/ipvs/codec-service.ts';
import {
  type IpvsClient,
  noSchedulerFlags,
  type ObservedService,
  printSave,
  tableDocument,
} from '../../../src/core/ipvs/index.ts';
import type { Address } from '../../../src/core/net/index.ts';

const service = (number: number, servers: number): ObservedService => ({
  id: { kind: 'address', protocol: 'tcp', address: `10.0.0.${number}` as Address, port: 80 },
  scheduler: 'wrr',
  schedulerFlags: noSchedulerFlags,
  persistence: undefined,
  onePacket: false,
  engine: undefined,
  counters: noCounters,
  flags: 0,
  destinations: Array.from({ length: servers }, (_, index) => ({
    address: `10.0.1.${index + 1}` as Address,
    port: 80,
    forwarding: 'NAT',
    tunnel: undefined,
    weight: index,
    upperThreshold: 0,
    lowerThreshold: 0,
    activeConnections: 0,
    inactiveConnections: 0,
    persistentConnections: 0,
    counters: noCounters,
  })),
});

/** A client whose table comes `size` services at a time. */
const clientOf = (services: readonly ObservedService[], size: number): IpvsClient =>
  ({
    async scan({ choose }, take) {
      const chosen = choose?.(services) ?? services;
      for (let from = 0; from < chosen.length; from += size) take(chosen.slice(from, from + size));
      return succeed(undefined);
    },
  }) as Pick<IpvsClient, 'scan'> as IpvsClient;

const textOf = async (client: IpvsClient, format: WriteFormat): Promise<string> =>
  Buffer.concat(unwrap(await tableText(client, format)).pieces).toString();

const tables = [[], [service(1, 0)], [service(3, 2), service(1, 0), service(2, 1)]];

describe('the table in portions', () => {
  for (const services of tables) {
    for (const size of [1, 2, 3]) {
      const name = `${services.length} services, ${size} at a time`;
      it(`is what the whole is: ${name}`, async () => {
        const client = clientOf(services, size);
        const whole = tableDocument(services);
        const json = await textOf(client, 'json');
        expect(json).toBe(`${JSON.stringify(whole, undefined, 2)}\n`);
        expect(parse(await textOf(client, 'yaml'))).toEqual(JSON.parse(json));
        expect(await textOf(client, 'rules')).toBe(printSave(services));
        expect(unwrap(await tableText(client, 'json'))).toMatchObject({
          services: services.length,
          servers: services.reduce((sum, { destinations }) => sum + destinations.length, 0),
        });
      });
    }
  }
});
