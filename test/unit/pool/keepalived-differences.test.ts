// Faults found beside keepalived 2.2.7 in one kernel (test/kernel/features.test.ts), each with the smallest case that shows it.
import { describe, expect, it } from 'vitest';
import { type Address, parseAddress } from '../../../src/core/net/index.ts';
import {
  createPool,
  desiredServices,
  type Pool,
  type RealServerConfig,
  stepPool,
  type VirtualServerConfig,
} from '../../../src/core/pool/index.ts';
import { instant } from '../../../src/core/time.ts';

const real: RealServerConfig = {
  key: 'rs',
  address: parseAddress('10.0.1.1') as Address,
  port: 80,
  weight: 1,
  forwarding: 'DR',
  tunnel: undefined,
  upperThreshold: 0,
  lowerThreshold: 0,
  inhibitOnFailure: false,
  alpha: false,
  notifyUp: undefined,
  notifyDown: undefined,
  smtpAlert: false,
  virtualHost: undefined,
  snmpName: undefined,
};
const virtual: VirtualServerConfig = {
  key: 'group marks 0',
  displayName: '[marks]:0',
  services: [{ kind: 'fwmark', family: 'inet', mark: 21 }],
  scheduler: 'wlc',
  schedulerFlags: { flag1: false, flag2: false, flag3: false },
  persistence: undefined,
  onePacket: false,
  engine: undefined,
  realServers: [real],
  sorryServer: undefined,
  alpha: false,
  omega: false,
  quorum: 1,
  hysteresis: 0,
  quorumUp: undefined,
  quorumDown: undefined,
  haSuspend: false,
  smtpAlert: false,
  virtualHost: undefined,
  snmpName: undefined,
};
function configured(virtualServer: VirtualServerConfig, up = true): Pool {
  const pool = createPool();
  const checker = {
    id: 'c',
    virtualServer: virtualServer.key,
    realServer: 'rs',
    up,
    cause: '',
    weight: undefined,
  };
  const configuration = { virtualServers: [virtualServer], checkers: [checker], announceInitial: false };
  stepPool(pool, { kind: 'configure', configuration }, instant(0));
  return pool;
}

describe('a group with a mark', () => {
  it.each([
    ['DR', 0],
    ['TUN', 0],
    ['NAT', 80],
  ] as const)('gives %s destinations port %i there', (forwarding, port) => {
    const pool = configured({ ...virtual, realServers: [{ ...real, forwarding }] });
    expect(desiredServices(pool, virtual.key)[0]?.destinations[0]?.port).toBe(port);
  });
});

describe('a reload that removes a virtual server', () => {
  const removal = { virtualServers: [], checkers: [], announceInitial: false };
  const told = (up: boolean) =>
    stepPool(configured(virtual, up), { kind: 'configure', configuration: removal }, instant(1)).filter(
      effect => effect.kind === 'notify' && effect.subject === 'VS',
    );
  it('announces the lost quorum once', () => expect(told(true)).toHaveLength(1));
  it('says nothing of a quorum that was lost before', () => expect(told(false)).toEqual([]));
});
