// `vs list`, `vs show`, `vs stats`, `vs rates`, `rs list`: what the kernel holds, printed while it is read.
// Spec: ipvs/client.ts; schema lvskit/ipvs/1.

import { exitCodes, FaultError, fail, type Outcome, succeed } from '../../fault.ts';
import {
  ByteSink,
  compareDestinations,
  compareServices,
  type IpvsClient,
  type ObservedService,
  printServices,
  type TableSize,
  type TakePiece,
} from '../../ipvs/index.ts';
import { writePiece } from '../stdout.ts';
import { listingPrinter, unfinished } from './listing.ts';
import { emptyNote, type OutputFlags, withIpvs } from './present.ts';
import { namesOf, type ViewName, viewOf } from './render.ts';
import { readService } from './words.ts';

export interface ShowOptions extends OutputFlags {
  /** Only this service. */
  readonly service: string | undefined;
  readonly names: boolean;
  readonly view: ViewName;
  /** Counters in full. */
  readonly exact?: boolean;
}

async function find(client: IpvsClient, word: string): Promise<Outcome<ObservedService[]>> {
  const id = await readService(word);
  if (!id.ok) return id;
  const found = await client.find(id.value);
  if (found.ok) return succeed([found.value]);
  return fail({ ...found.fault, message: `${word}: ${found.fault.message}` });
}

/** Sorted as ipvsadm means to sort. */
export const ordered = (services: readonly ObservedService[]): ObservedService[] =>
  [...services]
    .sort((a, b) => compareServices(a.id, b.id))
    .map(service => ({ ...service, destinations: [...service.destinations].sort(compareDestinations) }));

/** Prints to `take`, for a terminal of `width`; `empty` is the text for people where there is nothing. */
export async function listTable(
  client: IpvsClient,
  { service, names, view: name, exact = false, ...flags }: ShowOptions,
  take: TakePiece,
  width: number,
  empty: string,
): Promise<Outcome<TableSize>> {
  let begun = false;
  const sink = new ByteSink(piece => {
    begun = true;
    return take(piece);
  });
  const forPeople = flags.json !== true && flags.yaml !== true;
  const finish = (printed: Outcome<TableSize>): Outcome<TableSize> => {
    if (printed.ok) sink.flush();
    else if (begun && !forPeople) take(Buffer.from(unfinished));
    return printed;
  };
  if (service === undefined && !(names && forPeople)) {
    const view = viewOf(name, { names: undefined, exact });
    return finish(await client.print(listingPrinter(flags, view, width, empty), sink));
  }
  // Names are asked for together, so everything is read before anything is printed.
  const read = await (service === undefined ? client.observe() : find(client, service));
  if (!read.ok) return read;
  const services = ordered(read.value);
  const view = viewOf(name, { names: await namesOf(services, names && forPeople), exact });
  return finish(succeed(printServices(services, listingPrinter(flags, view, width, empty), sink)));
}

/** Prints to stdout and returns the exit code; throws FaultError where the kernel cannot be asked. */
export async function showTable(options: ShowOptions): Promise<number> {
  const { columns = Number.POSITIVE_INFINITY } = process.stdout;
  const empty = emptyNote('There are no virtual services.');
  const listed = await withIpvs(client => listTable(client, options, writePiece, columns, empty));
  if (!listed.ok) throw new FaultError(listed.fault);
  return exitCodes.ok;
}
