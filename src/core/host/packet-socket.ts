// Sends whole Ethernet frames: gratuitous ARP and unsolicited neighbour advertisements.
// Spec: packet(7), struct sockaddr_ll; koffi because no package offers AF_PACKET.

import { getSystemErrorName } from 'node:util';
import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
import { loadLibc } from './libc.ts';

const afPacket = 17;
const sockRaw = 3;
const sockCloexec = 0o2000000;
/** MSG_DONTWAIT: a full queue must not hold up the adverts. */
const dontWait = 0x40;

export interface PacketSocket {
  /** The frame leaves through the interface at once, or the fault says why not. Synchronous, some ten microseconds. */
  send(ifindex: number, frame: Uint8Array): Outcome<undefined>;
  close(): void;
}

function failed(operation: string, errno: number): Fault {
  const name = getSystemErrorName(-errno);
  const denied = name === 'EPERM' || name === 'EACCES';
  return {
    code: denied ? 'not-permitted' : 'socket-failed',
    message: `packet socket: ${operation}: ${name}`,
    operation,
    errno: name,
  };
}

/** Faults: `native-missing`, `not-permitted`, `socket-failed`. Protocol 0: it receives nothing. */
export async function openPacketSocket(): Promise<Outcome<PacketSocket>> {
  const libc = await loadLibc();
  if (!libc.ok) return libc;
  const { socket, sendto, close, errno } = libc.value;
  let fd = socket(afPacket, sockRaw | sockCloexec, 0);
  if (fd < 0) return fail(failed('socket', errno()));
  return succeed({
    send(ifindex, frame) {
      // After close the number may belong to another file.
      if (fd < 0) return fail(failed('sendto', 9));
      const to = Buffer.alloc(20);
      to.writeUInt16LE(afPacket, 0);
      to.set(frame.subarray(12, 14), 2);
      to.writeInt32LE(ifindex, 4);
      to.writeUInt8(6, 11);
      to.set(frame.subarray(0, 6), 12);
      const sent = Number(sendto(fd, frame, frame.length, dontWait, to, to.length));
      return sent < 0 ? fail(failed('sendto', errno())) : succeed(undefined);
    },
    close() {
      if (fd >= 0) close(fd);
      fd = -1;
    },
  });
}
