// Fast path of ipvsadm -R: one regular expression each for the two lines that `ipvsadm -S -n` writes most.
// Spec: the output of ipvsadm 1.31; test/unit/ipvs/saved-line.test.ts compares it with the general reader.

import { type Address, parseAddress } from '../../net/index.ts';
import type { Command } from '../ipvsadm/command.ts';
import type { Forwarding, ServiceId } from '../model.ts';
import { noSchedulerFlags } from '../scheduler-flags.ts';

const place = '([0-9.]{7,15}):([1-9][0-9]{0,4})';
const serviceLine = new RegExp(`^-A -([tu]) ${place} -s ([a-z]{1,15})$`);
const serverLine = new RegExp(`^-a -([tu]) ${place} -r ${place} -([mg]) -w ([0-9]{1,9})$`);

const protocols = { t: 'tcp', u: 'udp' } as const;
const forwardings = { m: 'NAT', g: 'DR' } as const satisfies Record<string, Forwarding>;

const portOf = (digits: string | undefined): number | undefined => {
  const port = Number(digits);
  return port <= 65_535 ? port : undefined;
};

function serviceOf(letter: string | undefined, address: string | undefined, digits: string | undefined) {
  const parsed = parseAddress(address ?? '');
  const port = portOf(digits);
  if (parsed === undefined || port === undefined) return undefined;
  return {
    kind: 'address',
    protocol: protocols[letter as 't' | 'u'],
    address: parsed,
    port,
  } satisfies ServiceId;
}

function readService(line: string): Command | undefined {
  const match = serviceLine.exec(line);
  const id = match === null ? undefined : serviceOf(match[1], match[2], match[3]);
  if (id === undefined) return undefined;
  const service = {
    id,
    scheduler: match?.[4] ?? '',
    schedulerFlags: noSchedulerFlags,
    persistence: undefined,
    onePacket: false,
    engine: undefined,
  };
  return { kind: 'change', rule: { kind: 'add-service', service } };
}

function readServer(line: string): Command | undefined {
  const match = serverLine.exec(line);
  if (match === null) return undefined;
  const service = serviceOf(match[1], match[2], match[3]);
  const address: Address | undefined = parseAddress(match[4] ?? '');
  const port = portOf(match[5]);
  if (service === undefined || address === undefined || port === undefined) return undefined;
  const forwarding = forwardings[match[6] as 'm' | 'g'];
  const destination = {
    address,
    // Direct routing leaves the packet's port as it is.
    port: forwarding === 'NAT' ? port : service.port,
    forwarding,
    tunnel: undefined,
    weight: Number(match[7]),
    upperThreshold: 0,
    lowerThreshold: 0,
  };
  return { kind: 'change', rule: { kind: 'add-destination', service, destination } };
}

/** The command of such a line; undefined for every other line, valid or not. */
export const readSavedLine = (line: string): Command | undefined =>
  line.startsWith('-a') ? readServer(line) : readService(line);
