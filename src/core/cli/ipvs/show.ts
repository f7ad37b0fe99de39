// `vs list`, `vs show`, `vs stats`, `vs rates`, `rs list`: what the kernel holds.
// Spec: ipvs/client.ts; schema lvskit/ipvs/1.

import { type Outcome, succeed } from '../../fault.ts';
import {
  compareDestinations,
  compareServices,
  type IpvsClient,
  type ObservedService,
  observedDocument,
} from '../../ipvs/index.ts';
import { emptyNote, type Shown, withIpvs } from './present.ts';
import { namesOf, renderCounters, renderServices, renderTable } from './render.ts';
import { readService } from './words.ts';

export interface ShowOptions {
  /** Only this service. */
  readonly service: string | undefined;
  readonly names: boolean;
  readonly view: 'services' | 'table' | 'totals' | 'rates';
  /** Counters in full. */
  readonly exact?: boolean;
}

async function read(client: IpvsClient, word: string | undefined): Promise<Outcome<ObservedService[]>> {
  if (word === undefined) return client.observe();
  const id = await readService(word);
  if (!id.ok) return id;
  const found = await client.find(id.value);
  if (found.ok) return succeed([found.value]);
  return { ok: false, fault: { ...found.fault, message: `${word}: ${found.fault.message}` } };
}

/** Sorted as ipvsadm means to sort. */
export const ordered = (services: readonly ObservedService[]): ObservedService[] =>
  [...services]
    .sort((a, b) => compareServices(a.id, b.id))
    .map(service => ({ ...service, destinations: [...service.destinations].sort(compareDestinations) }));

export const showTable = ({ service, names, view, exact }: ShowOptions): Promise<Outcome<Shown>> =>
  withIpvs(async client => {
    const found = await read(client, service);
    if (!found.ok) return found;
    const services = ordered(found.value);
    return succeed({
      document: observedDocument(services),
      async text() {
        if (services.length === 0) return emptyNote('There are no virtual services.');
        const words = await namesOf(services, names);
        const width = process.stdout.columns;
        if (view === 'services') return renderServices(services, words, width);
        if (view === 'table') return renderTable(services, words, width);
        return renderCounters(services, view, exact === true, words, width);
      },
    });
  });
