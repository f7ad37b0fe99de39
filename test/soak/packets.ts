// Damaged adverts through a whole VRRP process: whatever is on the wire, a step neither throws nor gathers memory or log lines without end.
// Truth: adverts of wire/vrrp, then bytes changed, cut off, added, checksums made right again, TTLs and senders forged.
import {
  createVrrpProcess,
  stepVrrpProcess,
  type VrrpProcessInput,
  vrrpProcessDeadline,
} from '../../src/core/daemon/index.ts';
import { type Address, type Mac, parseAddress } from '../../src/core/net/index.ts';
import { addAddress } from '../../src/core/netlink/index.ts';
import { createDice, type Dice } from '../../src/core/simulate/dice.ts';
import { addressRecord } from '../../src/core/simulate/host.ts';
import { ask, createKernel, dump, editLink } from '../../src/core/simulate/index.ts';
import { type Instant, instant } from '../../src/core/time.ts';
import { encodeAdvert, internetChecksum } from '../../src/core/wire/index.ts';
import { loadText } from '../unit/conf/load-text.ts';
import type { Part } from './soak.ts';

const address = (text: string): Address => {
  const found = parseAddress(text);
  if (found === undefined) throw new Error(text);
  return found;
};

const destination = address('224.0.0.18');
const password = new TextEncoder().encode('secret');
const none = { kind: 'none' } as const;

const instance = (name: string, vrid: number, more: string): string => `vrrp_instance ${name} {
  interface eth0
  virtual_router_id ${vrid}
  priority 100
  advert_int 1
  virtual_ipaddress {
    10.0.0.${100 + vrid}/24
  }
  ${more}
}
`;

const text = [
  instance('V2', 1, ''),
  instance('V3', 2, 'version 3'),
  instance('PASS', 3, 'authentication {\n auth_type PASS\n auth_pass secret\n }'),
].join('');

/** A neighbour's advert, as it should be; VRID 4 is nobody's. */
function advert(roll: Dice): { bytes: Uint8Array; source: Address; destination: Address } {
  const vrid = 1 + Math.floor(roll() * 4);
  const path = { source: address(`10.0.0.${2 + Math.floor(roll() * 250)}`), destination };
  const common = { vrid, priority: Math.floor(roll() * 256), addresses: [address(`10.0.0.${100 + vrid}`)] };
  if (vrid === 2) {
    const three = { version: 3, intervalCentiseconds: 100, ...common } as const;
    return { bytes: encodeAdvert(three, path, 'pseudo-header'), ...path };
  }
  const authentication = vrid === 3 ? ({ kind: 'password', data: password } as const) : none;
  const two = { version: 2, intervalSeconds: 1, authentication, ...common } as const;
  return { bytes: encodeAdvert(two, path, 'message'), ...path };
}

/** Makes the checksum of a version 2 advert right again. */
function mend(bytes: Uint8Array): void {
  if (bytes.length < 8) return;
  bytes[6] = 0;
  bytes[7] = 0;
  const sum = internetChecksum(bytes);
  bytes[6] = sum >>> 8;
  bytes[7] = sum & 0xff;
}

function damage(whole: Uint8Array, roll: Dice): Uint8Array {
  const kind = Math.floor(roll() * 6);
  if (kind === 0) return whole.slice(0, Math.floor(roll() * whole.length));
  const bytes =
    kind === 1 ? Uint8Array.from([...whole, ...whole.slice(0, Math.floor(roll() * 16))]) : whole.slice();
  for (let changes = Math.floor(roll() * 5); changes > 0; changes--)
    bytes[Math.floor(roll() * bytes.length)] = Math.floor(roll() * 256);
  if (kind >= 3) mend(bytes);
  return bytes;
}

export function damagedPackets(times: number): Part {
  const { config } = loadText(text);
  const kernel = createKernel();
  editLink(kernel, { kind: 'create', name: 'eth0', mac: '02:00:00:00:00:0a' as Mac, up: true });
  ask(kernel, addAddress(addressRecord(2, '10.0.0.1/24')));
  const running = createVrrpProcess();
  const roll = createDice(9568);
  let now: Instant = instant(0);
  const effects: Record<string, number> = {};
  const failures: string[] = [];
  /** One step and the kernel's answers to it. */
  const step = (input: VrrpProcessInput): void => {
    for (const effect of stepVrrpProcess(running, input, now)) {
      effects[effect.kind] = (effects[effect.kind] ?? 0) + 1;
      if (effect.kind !== 'apply') continue;
      const answers = effect.operations.map(({ ticket, request }) => ({ ticket, ...ask(kernel, request) }));
      for (const { errno } of answers) if (errno !== undefined) failures.push(`the kernel says ${errno}`);
      step({ kind: 'news', news: answers.flatMap(({ news }) => news) });
      step({
        kind: 'completions',
        completions: answers.map(({ ticket }) => ({ ticket, fault: undefined })),
      });
    }
  };
  step({ kind: 'configure', config });
  step({ kind: 'kernel', news: dump(kernel) });
  const memory = () => Math.round(process.memoryUsage().heapUsed / 1e6);
  const before = memory();
  for (let n = 0; n < times; n++) {
    now = instant(now + 1 + Math.floor(roll() * 50));
    const due = vrrpProcessDeadline(running);
    const { bytes, source } = advert(roll);
    const sent = roll() < 0.05 ? bytes : damage(bytes, roll);
    const ttl = roll() < 0.9 ? 255 : Math.floor(roll() * 256);
    try {
      if (due !== undefined && due <= now) step({ kind: 'wake' });
      step({ kind: 'packet', interface: 'eth0', family: 'inet', source, destination, ttl, bytes: sent });
    } catch (error) {
      const hex = Buffer.from(sent).toString('hex');
      failures.push(`${error instanceof Error ? error.message : String(error)} for ${hex}`);
      if (failures.length >= 20) break;
    }
  }
  const instances = [...(running.machine?.instances.values() ?? [])];
  const states = instances.map(({ config: { name }, state }) => `${name} ${state}`).join(', ');
  const counted = Object.entries(effects).map(([kind, count]) => [`effects ${kind}`, count]);
  return {
    figures: {
      ...Object.fromEntries(counted),
      'virtual seconds': Math.round(now / 1e6),
      'heap MB before': before,
      'heap MB after': memory(),
      states,
    },
    failures,
  };
}
