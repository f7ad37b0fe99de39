// Configurations and packets of bench:vrrp.
// Spec: RFC 9568 section 5.2 (the packets are made by wire/vrrp), RFC 791 record route option.
import type { Address } from '../../../src/core/net/index.ts';
import {
  advertHeader,
  encodeAdvert,
  encodeIpv4,
  internetChecksum,
  sentForm,
} from '../../../src/core/wire/index.ts';
import { addressOf } from './stage.ts';

const group = '224.0.0.18' as Address;

/** The address of one instance, or of the nth address of the only one. */
export const vip = (n: number): Address => `10.9.${100 + (n >> 8)}.${n & 255}` as Address;

export interface Scene {
  readonly instances: number;
  readonly addresses?: number;
  readonly priority: number;
  /** Milliseconds. */
  readonly interval: number;
}

export const vrids = (instances: number): number[] => Array.from({ length: instances }, (_, i) => i + 1);

export function configuration({ instances, addresses = 1, priority, interval }: Scene): string {
  const blocks = vrids(instances).map(vrid => {
    const lines = Array.from({ length: addresses }, (_, n) => `        ${vip(vrid + n)}/32 dev eth0\n`);
    return `vrrp_instance V${vrid} {
    state ${priority > 100 ? 'MASTER' : 'BACKUP'}
    interface eth0
    virtual_router_id ${vrid}
    priority ${priority}
    advert_int ${interval / 1000}
    virtual_ipaddress {
${lines.join('')}    }
}
`;
  });
  return `global_defs {\n    router_id bench\n    vrrp_version 3\n}\n${blocks.join('')}`;
}

/** Whole IPv4 packets: what a master of these instances sends. */
export function adverts({ instances, priority, interval }: Scene): Uint8Array[] {
  const source = addressOf.peer as Address;
  const path = { source, destination: group };
  return vrids(instances).map(vrid => {
    const advert = {
      version: 3 as const,
      vrid,
      priority,
      addresses: [vip(vrid)],
      intervalCentiseconds: interval / 10,
    };
    const form = sentForm(3, path, false);
    return encodeIpv4(advertHeader(source, group), encodeAdvert(advert, path, form));
  });
}

/** An advert of a VRID that nobody has, with a record route option: routers and the kernel itself rewrite it on its way. */
export function recordRoute(): Uint8Array {
  const plain = adverts({ instances: 200, priority: 90, interval: 1000 })[199] ?? new Uint8Array();
  const bytes = Uint8Array.from([...plain.subarray(0, 20), 7, 7, 4, 0, 0, 0, 0, 0, ...plain.subarray(20)]);
  bytes[0] = 0x47;
  new DataView(bytes.buffer).setUint16(2, bytes.length);
  bytes.set([0, 0], 10);
  new DataView(bytes.buffer).setUint16(10, internetChecksum(bytes.subarray(0, 28)));
  return bytes;
}
