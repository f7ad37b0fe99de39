// The encapsulation of a destination: what stands for none given, and when two are the same.
// Spec: linux/ip_vs.h IPVS_DEST_ATTR_TUN_TYPE, _PORT, _FLAGS.

import type { Tunnel } from './model.ts';

export const plainTunnel: Tunnel = { type: 'ipip', port: 0, checksum: 'nocsum' };

export const sameTunnel = (a: Tunnel, b: Tunnel): boolean =>
  a.type === b.type && a.port === b.port && a.checksum === b.checksum;
