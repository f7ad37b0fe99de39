// Tells which addresses this machine has, at once and whenever that changes: what ha_suspend looks at.
// Spec: rtnetlink(7) RTM_GETADDR and the address groups; link/mirror.ts.

import type { Fault } from '../fault.ts';
import { openNetlink } from '../host/index.ts';
import { applyNews, createMirror, type LinkChange, reread } from '../link/index.ts';
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
  const mirror = createMirror();
  const changed = (changes: readonly LinkChange[]) => {
    if (changes.length > 0) told(new Set(mirror.addressesByText.keys()));
  };
  const requests = await openNetlink('route');
  if (!requests.ok) return broken(requests.fault);
  const kernel = requests.value;
  const read = async () => {
    const answers = await kernel.ask(dumpRequests().filter(({ operation }) => operation === 'RTM_GETADDR'));
    const news: RouteNews[] = [];
    for (const answer of answers) {
      if (!answer.ok) return broken(answer.fault);
      news.push(...newsIn(answer.value));
    }
    changed(reread(mirror, news));
  };
  const monitor = await openNetlink('route', {
    groups: [routeGroups.ipv4Address, routeGroups.ipv6Address],
    onMessage: message => changed(applyNews(mirror, newsIn([message]))),
    onLost: () => void read(),
    onBroken: broken,
  });
  if (!monitor.ok) return broken(monitor.fault);
  await read();
}
