// `ipvsadm -L -c`: the connection table in columns.
// Spec: the output of ipvsadm 1.31.

import type { Endpoint } from '../../net/index.ts';
import { type ConnectionEntry, parseConnections } from '../connections.ts';
import type { Protocol } from '../model.ts';
import { place, type ReverseNames } from './listing.ts';

const two = (value: number): string => String(value).padStart(2, '0');
const columns = (words: readonly string[], widths: readonly number[]): string =>
  words.map((word, index) => word.padEnd(widths[index] ?? 0)).join(' ');

const protocols: Readonly<Record<string, Protocol>> = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' };

/** The whole output; `text` is /proc/net/ip_vs_conn. */
export function printConnections(text: string, engineData: boolean, names: ReverseNames | undefined): string {
  const head = ['pro', 'expire', 'state', 'source', 'virtual', 'destination'];
  const plain = [3, 6, 11, 18, 18];
  const withData = [3, 6, 11, 18, 18, 18, 16];
  let shown = 'IPVS connection entries\n';
  shown += engineData
    ? `${columns([...head, 'pe name', 'pe_data'], withData)}\n`
    : `${columns(head, plain)}\n`;
  for (const entry of parseConnections(text)) shown += `${line(entry, engineData, names)}\n`;
  return shown;
}

function line(entry: ConnectionEntry, engineData: boolean, names: ReverseNames | undefined): string {
  const protocol = protocols[entry.protocol];
  const at = ({ address, port }: Endpoint) => place(address, port, protocol, names);
  const expires = `${two(Math.floor(entry.expires / 60))}:${two(entry.expires % 60)}`;
  const words = [
    entry.protocol,
    expires,
    entry.state,
    at(entry.client),
    at(entry.virtual),
    at(entry.destination),
  ];
  // A destination with engine data is padded to 16 columns, below a title of 18.
  return engineData && entry.engine !== undefined
    ? columns([...words, entry.engine.name, entry.engine.data], [3, 6, 11, 18, 18, 16, 18])
    : columns(words, [3, 6, 11, 18, 18]);
}
