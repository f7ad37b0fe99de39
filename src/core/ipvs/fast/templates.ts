// Fast path of ipvsadm -R: pre-encoded NEW_SERVICE and NEW_DEST payloads; only addresses, ports, weights and thresholds are patched in.
// Spec: linux/ip_vs.h; plan.ts encodes each form once, and test/unit/ipvs/forms.test.ts compares the two for arbitrary services.

import { type Address, familyOf, putAddress } from '../../net/index.ts';
import { AttributeWriter } from '../../netlink/index.ts';
import type { Destination, Protocol, ServiceDefinition, ServiceId } from '../model.ts';

/** Offsets of the values in the payloads: after genlmsghdr (4 bytes), a header (4) for each attribute and nest, values padded to four. */
const at = {
  serviceAddress: 28,
  servicePort: 48,
  serverAddress: 68,
  serverPort: 88,
  weight: 104,
  upperThreshold: 112,
  lowerThreshold: 120,
} as const;

type AddressId = Extract<ServiceId, { kind: 'address' }>;

/** A payload of its own with the form's bytes. */
const copyOf = (form: Uint8Array): Uint8Array => new AttributeWriter(form.length).raw(form).finish();

function putPlace(payload: Uint8Array, addressAt: number, address: Address, portAt: number, port: number) {
  putAddress(address, payload, addressAt);
  payload[portAt] = port >> 8;
  payload[portAt + 1] = port & 255;
}

const isPlain = (id: ServiceId): id is AddressId => id.kind === 'address' && familyOf(id.address) === 'inet';

const anyAddress = '0.0.0.0' as Address;
const anyId = (protocol: Protocol): AddressId => ({
  kind: 'address',
  protocol,
  address: anyAddress,
  port: 0,
});

/** By protocol, then by scheduler or forwarding method. */
type Forms = Map<Protocol, Map<string, Uint8Array>>;

function kept(forms: Forms, protocol: Protocol, name: string, write: () => Uint8Array): Uint8Array {
  const known = forms.get(protocol)?.get(name);
  if (known !== undefined) return known;
  // A copy, so that it keeps no slab alive.
  const form = write().slice();
  forms.set(protocol, new Map(forms.get(protocol)).set(name, form));
  return form;
}

/** Writes a service as every service can be written; its payload begins with genlmsghdr. */
type WriteService = (service: ServiceDefinition) => Uint8Array;
type WriteServer = (service: ServiceId, server: Destination) => Uint8Array;

/** The payload of IPVS_CMD_NEW_SERVICE. */
export function serviceForms(write: WriteService): WriteService {
  const forms: Forms = new Map();
  return service => {
    const { id, scheduler, schedulerFlags: flags, persistence, idleMask, onePacket, engine } = service;
    const masked = persistence !== undefined || idleMask !== undefined;
    const plain = !masked && !onePacket && engine === undefined && isPlain(id);
    if (!plain || flags.flag1 || flags.flag2 || flags.flag3) return write(service);
    const payload = copyOf(
      kept(forms, id.protocol, scheduler, () => write({ ...service, id: anyId(id.protocol) })),
    );
    putPlace(payload, at.serviceAddress, id.address, at.servicePort, id.port);
    return payload;
  };
}

/** The payload of IPVS_CMD_NEW_DEST. */
export function serverForms(write: WriteServer): WriteServer {
  const forms: Forms = new Map();
  return (id, server) => {
    if (server.forwarding === 'TUN' || !isPlain(id) || familyOf(server.address) !== 'inet')
      return write(id, server);
    const payload = copyOf(
      kept(forms, id.protocol, server.forwarding, () =>
        write(anyId(id.protocol), { ...server, address: anyAddress, port: 0 }),
      ),
    );
    putPlace(payload, at.serviceAddress, id.address, at.servicePort, id.port);
    putPlace(payload, at.serverAddress, server.address, at.serverPort, server.port);
    putNumber(payload, at.weight, server.weight);
    putNumber(payload, at.upperThreshold, server.upperThreshold);
    putNumber(payload, at.lowerThreshold, server.lowerThreshold);
    return payload;
  };
}

const number = new Uint32Array(1);
const numberBytes = new Uint8Array(number.buffer);

/** A u32 in the machine's order. */
function putNumber(payload: Uint8Array, offset: number, value: number): void {
  number[0] = value;
  payload.set(numberBytes, offset);
}
