// Tells which addresses this machine has, at once and whenever that changes: what ha_suspend looks at.
// Spec: rtnetlink(7) RTM_GETADDR and the address groups; link/mirror.ts.

import type { Fault } from '../fault.ts';
import { openNetlink } from '../host/index.ts';
import { emptyMirror, type Mirror, observe } from '../link/index.ts';
import type { Address } from '../net/index.ts';
import {
  decodeRouteMessage,
  dumpRequests,
  type Message,
  type RouteNews,
  routeGroups,
} from '../netlink/index.ts';

const newsIn = (messages: readonly Message[]): RouteNews[] =>
  messages.flatMap(message => {
    const decoded = decodeRouteMessage(message);
    return decoded.ok && decoded.value?.kind === 'address' ? [decoded.value] : [];
  });

/** Calls `told` with the whole set first, then after each change; `broken` when the kernel cannot be asked. */
export async function watchLocalAddresses(
  told: (addresses: ReadonlySet<Address>) => void,
  broken: (fault: Fault) => void,
): Promise<void> {
  let mirror: Mirror = emptyMirror;
  const hear = (news: readonly RouteNews[]) => {
    const observed = observe(mirror, news);
    mirror = observed.mirror;
    if (observed.changes.length > 0)
      told(new Set([...mirror.addresses.values()].map(({ prefix }) => prefix.address)));
  };
  const requests = await openNetlink('route');
  if (!requests.ok) return broken(requests.fault);
  const kernel = requests.value;
  const read = async () => {
    const answers = await kernel.ask(dumpRequests().filter(({ operation }) => operation === 'RTM_GETADDR'));
    for (const answer of answers) {
      if (answer.ok) hear(newsIn(answer.value));
      else broken(answer.fault);
    }
  };
  const monitor = await openNetlink('route', {
    groups: [routeGroups.ipv4Address, routeGroups.ipv6Address],
    onMessage: message => hear(newsIn([message])),
    onLost: () => {
      mirror = emptyMirror;
      void read();
    },
    onBroken: broken,
  });
  if (!monitor.ok) return broken(monitor.fault);
  await read();
}
