// Numbers of the IPVS generic netlink family, under the kernel's names in lower camel case.
// Spec: linux/ip_vs.h (uapi).

/** IPVS_GENL_NAME and IPVS_GENL_VERSION. */
export const ipvsFamily = { name: 'IPVS', version: 1 } as const;

/** IPVS_CMD_*. */
export const commands = {
  newService: 1,
  setService: 2,
  delService: 3,
  getService: 4,
  newDest: 5,
  setDest: 6,
  delDest: 7,
  getDest: 8,
  newDaemon: 9,
  delDaemon: 10,
  getDaemon: 11,
  setConfig: 12,
  getConfig: 13,
  setInfo: 14,
  getInfo: 15,
  zero: 16,
  flush: 17,
} as const;

/** IPVS_CMD_ATTR_*: the first level. */
export const commandAttributes = {
  service: 1,
  dest: 2,
  daemon: 3,
  timeoutTcp: 4,
  timeoutTcpFin: 5,
  timeoutUdp: 6,
} as const;

/** IPVS_SVC_ATTR_*. */
export const serviceAttributes = {
  family: 1,
  protocol: 2,
  address: 3,
  port: 4,
  fwmark: 5,
  scheduler: 6,
  flags: 7,
  timeout: 8,
  netmask: 9,
  stats: 10,
  engine: 11,
  stats64: 12,
} as const;

/** IPVS_DEST_ATTR_*. */
export const destinationAttributes = {
  address: 1,
  port: 2,
  forwarding: 3,
  weight: 4,
  upperThreshold: 5,
  lowerThreshold: 6,
  activeConnections: 7,
  inactiveConnections: 8,
  persistentConnections: 9,
  stats: 10,
  addressFamily: 11,
  stats64: 12,
  tunnelType: 13,
  tunnelPort: 14,
  tunnelFlags: 15,
} as const;

/** IPVS_DAEMON_ATTR_*. */
export const daemonAttributes = {
  state: 1,
  interface: 2,
  syncId: 3,
  maxLength: 4,
  group: 5,
  group6: 6,
  port: 7,
  ttl: 8,
} as const;

/** IPVS_STATS_ATTR_*. */
export const statsAttributes = {
  connections: 1,
  inPackets: 2,
  outPackets: 3,
  inBytes: 4,
  outBytes: 5,
  connectionsPerSecond: 6,
  inPacketsPerSecond: 7,
  outPacketsPerSecond: 8,
  inBytesPerSecond: 9,
  outBytesPerSecond: 10,
} as const;

/** IPVS_INFO_ATTR_*. */
export const infoAttributes = { version: 1, connectionTableSize: 2 } as const;

/** IP_VS_SVC_F_*. */
export const serviceFlags = {
  persistent: 0x1,
  hashed: 0x2,
  onePacket: 0x4,
  scheduler1: 0x8,
  scheduler2: 0x10,
  scheduler3: 0x20,
} as const;

/** The flag bits a user may set; IP_VS_SVC_F_HASHED is the kernel's own. */
export const settableFlags =
  serviceFlags.persistent |
  serviceFlags.onePacket |
  serviceFlags.scheduler1 |
  serviceFlags.scheduler2 |
  serviceFlags.scheduler3;

/** AF_INET, AF_INET6. */
export const familyNumbers = { inet: 2, inet6: 10 } as const;

/** IP_VS_CONN_F_FWD_MASK. */
export const forwardingMask = 0x7;
/** IP_VS_CONN_F_MASQ, LOCALNODE, TUNNEL, DROUTE, BYPASS. */
export const forwardingNumbers = { NAT: 0, LOCAL: 1, TUN: 2, DR: 3, BYPASS: 4 } as const;

/** IP_VS_CONN_F_TUNNEL_TYPE_*. */
export const tunnelTypeNumbers = { ipip: 0, gue: 1, gre: 2 } as const;
/** IP_VS_TUNNEL_ENCAP_FLAG_*. */
export const tunnelChecksumNumbers = { nocsum: 0, csum: 1, remcsum: 2, 'csum+remcsum': 3 } as const;

/** IP_VS_STATE_*. */
export const syncStateNumbers = { master: 1, backup: 2 } as const;
