// Destinations <-> attributes of the IPVS family.
// Spec: linux/ip_vs.h IPVS_DEST_ATTR_*; IPVS_DEST_ATTR_ADDR_FAMILY (Linux 3.18) lets a tunnel end in the other family.

import { addressFromUnion, addressSize, type Family, familyOf } from '../net/index.ts';
import type { AttributeReader, AttributeWriter } from '../netlink/index.ts';
import { decodeCounters, nameOf, noCounters, unionSize } from './codec-service.ts';
import {
  destinationAttributes,
  familyNumbers,
  forwardingMask,
  forwardingNumbers,
  tunnelChecksumNumbers,
  tunnelTypeNumbers,
} from './constants.ts';
import type {
  Counters,
  Destination,
  DestinationId,
  Forwarding,
  ObservedDestination,
  Tunnel,
  TunnelType,
} from './model.ts';

/** Writes what identifies a destination within its service. */
export function encodeDestinationId(writer: AttributeWriter, id: DestinationId): void {
  writer.u16(destinationAttributes.addressFamily, familyNumbers[familyOf(id.address)]);
  writer.address(destinationAttributes.address, id.address, unionSize);
  writer.u16be(destinationAttributes.port, id.port);
}

/** Writes a destination whole, as IPVS_CMD_NEW_DEST and IPVS_CMD_SET_DEST want it. */
export function encodeDestination(writer: AttributeWriter, destination: Destination): void {
  encodeDestinationId(writer, destination);
  writer.u32(destinationAttributes.forwarding, forwardingNumbers[destination.forwarding]);
  writer.u32(destinationAttributes.weight, destination.weight);
  writer.u32(destinationAttributes.upperThreshold, destination.upperThreshold);
  writer.u32(destinationAttributes.lowerThreshold, destination.lowerThreshold);
  const { tunnel } = destination;
  if (destination.forwarding !== 'TUN' || tunnel === undefined) return;
  writer.u8(destinationAttributes.tunnelType, tunnelTypeNumbers[tunnel.type]);
  writer.u16be(destinationAttributes.tunnelPort, tunnel.port);
  writer.u16(destinationAttributes.tunnelFlags, tunnelChecksumNumbers[tunnel.checksum]);
}

const nothing = new Uint8Array(0);

/** A destination, from inside IPVS_CMD_ATTR_DEST. `serviceFamily` counts where the kernel names none. */
export function decodeDestination(
  reader: AttributeReader,
  serviceFamily: Family,
  counted = true,
): ObservedDestination | undefined {
  let family: Family = serviceFamily;
  let union: Uint8Array = nothing;
  let port = 0;
  let forwarding: Forwarding | undefined;
  let weight = 0;
  let upperThreshold = 0;
  let lowerThreshold = 0;
  let activeConnections = 0;
  let inactiveConnections = 0;
  let persistentConnections = 0;
  let type: TunnelType | undefined = 'ipip';
  let tunnelPort = 0;
  let checksum: Tunnel['checksum'] | undefined = 'nocsum';
  let stats: Counters | undefined;
  let stats64: Counters | undefined;
  while (reader.next()) {
    switch (reader.type) {
      case destinationAttributes.addressFamily: {
        const number = reader.u16();
        const named = nameOf(familyNumbers, number);
        if (named === undefined) reader.refuse(`unknown address family ${number}`);
        else family = named;
        break;
      }
      case destinationAttributes.address:
        union = reader.bytes();
        break;
      case destinationAttributes.port:
        port = reader.u16be();
        break;
      case destinationAttributes.forwarding: {
        const number = reader.u32() & forwardingMask;
        forwarding = nameOf(forwardingNumbers, number);
        if (forwarding === undefined) reader.refuse(`unknown forwarding method ${number}`);
        break;
      }
      case destinationAttributes.weight:
        weight = reader.s32();
        break;
      case destinationAttributes.upperThreshold:
        upperThreshold = reader.u32();
        break;
      case destinationAttributes.lowerThreshold:
        lowerThreshold = reader.u32();
        break;
      case destinationAttributes.activeConnections:
        activeConnections = reader.u32();
        break;
      case destinationAttributes.inactiveConnections:
        inactiveConnections = reader.u32();
        break;
      case destinationAttributes.persistentConnections:
        persistentConnections = reader.u32();
        break;
      case destinationAttributes.stats:
        if (counted) stats = decodeCounters(reader);
        break;
      case destinationAttributes.stats64:
        if (counted) stats64 = decodeCounters(reader);
        break;
      case destinationAttributes.tunnelType: {
        const number = reader.u8();
        type = nameOf(tunnelTypeNumbers, number);
        if (type === undefined) reader.refuse(`unknown tunnel type ${number}`);
        break;
      }
      case destinationAttributes.tunnelPort:
        tunnelPort = reader.u16be();
        break;
      case destinationAttributes.tunnelFlags: {
        const number = reader.u16();
        checksum = nameOf(tunnelChecksumNumbers, number);
        if (checksum === undefined) reader.refuse(`unknown tunnel flags ${number}`);
        break;
      }
    }
  }
  const size = addressSize[family];
  if (union.length < size || forwarding === undefined || type === undefined || checksum === undefined) {
    reader.refuse('destination without address or forwarding method');
    return undefined;
  }
  const address = addressFromUnion(union, family);
  return {
    address,
    port,
    forwarding,
    tunnel: forwarding === 'TUN' ? { type, port: tunnelPort, checksum } : undefined,
    weight,
    upperThreshold,
    lowerThreshold,
    activeConnections,
    inactiveConnections,
    persistentConnections,
    counters: stats64 ?? stats ?? noCounters,
  };
}
