// Performs send-frames: gratuitous ARP and neighbour advertisements, each with the interface before the next effect is performed.
// Spec: packet(7); RFC 9568 section 6.4.2: announcements follow the advert and the addresses.

import { now, type PacketSocket } from '../host/index.ts';
import { createDamper, suppressedText } from './damper.ts';
import type { Performer } from './performer.ts';
import type { LogLine } from './transports.ts';

export interface FramesEffect {
  readonly kind: 'send-frames';
  readonly frames: readonly { readonly ifindex: number; readonly frame: Uint8Array }[];
}

/** The socket belongs to the performer from now on. */
export function createFrames(socket: PacketSocket, log: (line: LogLine) => void): Performer<FramesEffect> {
  const damper = createDamper();
  return {
    perform({ frames }) {
      for (const { ifindex, frame } of frames) {
        const sent = socket.send(ifindex, frame);
        if (sent.ok) continue;
        const suppressed = damper.report(`${ifindex} ${sent.fault.message}`, now());
        if (suppressed === undefined) continue;
        const message = `Interface ${ifindex}: ${sent.fault.message}${suppressedText(suppressed)}`;
        log({ level: 'warning', message });
      }
    },
    close: () => socket.close(),
  };
}
