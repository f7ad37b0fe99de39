// Interfaces of a simulated kernel: set up and down, carrier, rename, deletion, a new one of the same name.
// Spec: Linux net/core/dev.c (dev_close, dev_change_name, unregister_netdevice), addrconf.c (addrconf_ifdown), fib_frontend.c (fib_disable_ip).

import type { Address, Mac } from '../../net/index.ts';
import { addressFromBytes, macBytes } from '../../net/index.ts';
import { type AddressRecord, addressFlags, type LinkRecord, type RouteNews } from '../../netlink/index.ts';
import { flushAddresses, insertAddress, relabel } from './addresses.ts';
import { dropRoutesOfLink } from './routes.ts';
import { type KernelAnswer, linkNamed, linkNews, refused, type SimulatedKernel } from './state.ts';

/** What an administrator or a cable does to an interface; the name is the one it has at that time. */
export type LinkEdit =
  | { readonly kind: 'create'; readonly name: string; readonly mac: Mac; readonly up: boolean }
  | { readonly kind: 'delete'; readonly name: string }
  | { readonly kind: 'up'; readonly name: string }
  | { readonly kind: 'down'; readonly name: string }
  /** The cable: IFF_RUNNING alone. Addresses and routes stay. */
  | { readonly kind: 'carrier'; readonly name: string; readonly running: boolean }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string };

const everybody = 'ff:ff:ff:ff:ff:ff' as Mac;

/** fe80:: with the modified EUI-64 of the hardware address, as the kernel gives it to an interface that comes up. */
function linkLocal({ index, mac }: LinkRecord): AddressRecord | undefined {
  if (mac === undefined) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = macBytes(mac);
  const bytes = Uint8Array.from([0xfe, 0x80, 0, 0, 0, 0, 0, 0, a ^ 2, b, c, 0xff, 0xfe, d, e, f]);
  const address: Address = addressFromBytes(bytes);
  return {
    ifindex: index,
    prefix: { address, length: 64 },
    scope: 253,
    label: undefined,
    broadcast: undefined,
    peer: undefined,
    flags: addressFlags.permanent,
    preferredLifetime: 'forever',
  };
}

function setFlags(kernel: SimulatedKernel, link: LinkRecord, flags: Partial<LinkRecord['flags']>): RouteNews {
  const record = { ...link, flags: { ...link.flags, ...flags } };
  kernel.links.set(link.index, record);
  return linkNews(false, record);
}

function bringUp(kernel: SimulatedKernel, link: LinkRecord): RouteNews[] {
  if (link.flags.up) return [];
  const news = [setFlags(kernel, link, { up: true, running: true })];
  const own = linkLocal(link);
  if (own !== undefined) news.push(...insertAddress(kernel, own).news);
  return news;
}

/** IPv4 addresses stay, IPv6 addresses go; routes of both go, those of IPv4 without a notice. */
function takeDown(kernel: SimulatedKernel, link: LinkRecord): RouteNews[] {
  if (!link.flags.up) return [];
  const news = [setFlags(kernel, link, { up: false, running: false })];
  dropRoutesOfLink(kernel, link.index, 'inet');
  news.push(...dropRoutesOfLink(kernel, link.index, 'inet6'));
  news.push(...flushAddresses(kernel, link.index, 'inet6'));
  return news;
}

function create(kernel: SimulatedKernel, edit: LinkEdit & { readonly kind: 'create' }): KernelAnswer {
  if (linkNamed(kernel, edit.name) !== undefined) return refused('EEXIST');
  const link: LinkRecord = {
    index: kernel.nextIndex++,
    name: edit.name,
    mac: edit.mac,
    broadcast: everybody,
    flags: { up: false, running: false, multicast: true, noarp: false },
    mtu: 1500,
    kind: 'veth',
    lower: undefined,
  };
  kernel.links.set(link.index, link);
  return { errno: undefined, news: [linkNews(false, link), ...(edit.up ? bringUp(kernel, link) : [])] };
}

/** Does it, or says why not: ENODEV without such an interface, EEXIST where the new name is in use. */
export function editLink(kernel: SimulatedKernel, edit: LinkEdit): KernelAnswer {
  if (edit.kind === 'create') return create(kernel, edit);
  const link = linkNamed(kernel, edit.name);
  if (link === undefined) return refused('ENODEV');
  switch (edit.kind) {
    case 'up':
      return { errno: undefined, news: bringUp(kernel, link) };
    case 'down':
      return { errno: undefined, news: takeDown(kernel, link) };
    case 'carrier':
      if (!link.flags.up || link.flags.running === edit.running) return { errno: undefined, news: [] };
      return { errno: undefined, news: [setFlags(kernel, link, { running: edit.running })] };
    case 'rename': {
      if (linkNamed(kernel, edit.to) !== undefined) return refused('EEXIST');
      const record = { ...link, name: edit.to };
      kernel.links.set(link.index, record);
      return { errno: undefined, news: [linkNews(false, record), ...relabel(kernel, link.index, edit.to)] };
    }
    case 'delete': {
      const news = takeDown(kernel, link);
      news.push(
        ...flushAddresses(kernel, link.index, 'inet'),
        ...flushAddresses(kernel, link.index, 'inet6'),
      );
      const last = kernel.links.get(link.index) ?? link;
      kernel.links.delete(link.index);
      return { errno: undefined, news: [...news, linkNews(true, last)] };
    }
  }
}
