// Addresses of a simulated kernel: subnets with a primary and secondaries, what goes with which, and what routes fall with them.
// Spec: Linux net/ipv4/devinet.c (__inet_insert_ifa, __inet_del_ifa), net/ipv6/addrconf.c, net/ipv4/fib_frontend.c (fib_del_ifaddr).

import { isLinkLocal } from '../../net/index.ts';
import { type AddressRecord, addressFlags, messageFlags, type RouteNews } from '../../netlink/index.ts';
import { dropRoutesOfAddress, dropRoutesOfLink } from './routes.ts';
import {
  addressesOn,
  addressNews,
  connectedPrefix,
  inOneSubnet,
  isFour,
  isSecondary,
  type KernelAnswer,
  refused,
  type SimulatedKernel,
} from './state.ts';

/** IPv4 knows none of these (IPV6ONLY_FLAGS of devinet.c). */
const sixOnly =
  addressFlags.noDuplicateDetection |
  addressFlags.home |
  addressFlags.tentative |
  addressFlags.duplicateFound |
  addressFlags.manageTemporary;

/** Replaces this interface's addresses, keeping each other interface's order. */
function setAddresses(kernel: SimulatedKernel, ifindex: number, list: readonly AddressRecord[]): void {
  kernel.addresses = [...kernel.addresses.filter(each => each.ifindex !== ifindex), ...list];
}

export function insertAddress(kernel: SimulatedKernel, record: AddressRecord, flags = 0): KernelAnswer {
  const link = kernel.links.get(record.ifindex);
  if (link === undefined) return refused('ENODEV');
  const held = (flags & messageFlags.replace) === 0 ? undefined : replaceable(kernel, record);
  if (held !== undefined) return modify(kernel, held, record);
  return isFour(record) ? insertFour(kernel, record, link.name) : insertSix(kernel, record);
}

/** What NLM_F_REPLACE changes in place: IPv4 of the same prefix, IPv6 of the same address. */
const replaceable = (kernel: SimulatedKernel, asked: AddressRecord): AddressRecord | undefined =>
  addressesOn(kernel, asked.ifindex).find(
    held =>
      held.prefix.address === asked.prefix.address &&
      (!isFour(asked) ||
        (connectedPrefix(held).length === connectedPrefix(asked).length && inOneSubnet(held, asked))),
  );

/** The lifetime, and for IPv6 the flags that inet6_addr_modify takes over; all else stays as it is. */
function modify(kernel: SimulatedKernel, held: AddressRecord, asked: AddressRecord): KernelAnswer {
  const taken =
    addressFlags.noDuplicateDetection |
    addressFlags.home |
    addressFlags.manageTemporary |
    addressFlags.noPrefixRoute;
  const flags = isFour(held) ? held.flags : (held.flags & ~taken) | (asked.flags & taken);
  const record: AddressRecord = { ...held, flags, preferredLifetime: asked.preferredLifetime };
  kernel.addresses = kernel.addresses.map(each => (each === held ? record : each));
  return { errno: undefined, news: [addressNews(false, record)] };
}

function insertFour(kernel: SimulatedKernel, asked: AddressRecord, name: string): KernelAnswer {
  const list = addressesOn(kernel, asked.ifindex);
  let flags = (asked.flags & ~sixOnly & ~addressFlags.secondary) | addressFlags.permanent;
  let after = 0;
  let end = 0;
  for (const [i, each] of list.entries()) {
    if (!isFour(each)) continue;
    end = i + 1;
    if (!isSecondary(each) && asked.scope <= each.scope) after = i + 1;
    if (!inOneSubnet(each, asked)) continue;
    if (each.prefix.address === asked.prefix.address) return refused('EEXIST');
    if (each.scope !== asked.scope) return refused('EINVAL');
    flags |= addressFlags.secondary;
  }
  const record: AddressRecord = { ...asked, flags, label: asked.label ?? name };
  const secondary = (flags & addressFlags.secondary) !== 0;
  list.splice(secondary ? end : after, 0, record);
  setAddresses(kernel, asked.ifindex, list);
  return { errno: undefined, news: [addressNews(false, record)] };
}

function insertSix(kernel: SimulatedKernel, asked: AddressRecord): KernelAnswer {
  const list = addressesOn(kernel, asked.ifindex);
  if (list.some(each => each.prefix.address === asked.prefix.address)) return refused('EEXIST');
  // ip -6 addr shows a link-local address with scope link, whatever was asked for.
  const scope = isLinkLocal(asked.prefix.address) ? 253 : 0;
  const record: AddressRecord = {
    ...asked,
    scope,
    label: undefined,
    broadcast: undefined,
    flags: asked.flags | addressFlags.permanent,
  };
  setAddresses(kernel, asked.ifindex, [...list, record]);
  return { errno: undefined, news: [addressNews(false, record)] };
}

const matches = (held: AddressRecord, asked: AddressRecord): boolean =>
  isFour(held) === isFour(asked) &&
  held.prefix.address === asked.prefix.address &&
  (!isFour(asked) || asked.label === undefined || held.label === asked.label) &&
  connectedPrefix(held).length === connectedPrefix(asked).length &&
  (!isFour(asked) || inOneSubnet(held, asked));

export function deleteAddress(kernel: SimulatedKernel, asked: AddressRecord): KernelAnswer {
  if (!kernel.links.has(asked.ifindex)) return refused('ENODEV');
  const held = addressesOn(kernel, asked.ifindex).find(each => matches(each, asked));
  if (held === undefined) return refused('EADDRNOTAVAIL');
  return { errno: undefined, news: removeHeld(kernel, held) };
}

/** An IPv4 primary takes its secondaries with it, or the first of them takes its place (promote_secondaries). */
function removeHeld(kernel: SimulatedKernel, held: AddressRecord): RouteNews[] {
  const news: RouteNews[] = [];
  const list = addressesOn(kernel, held.ifindex);
  const heirs = isFour(held) && !isSecondary(held) ? list.filter(each => heirOf(each, held)) : [];
  if (!kernel.promoteSecondaries) for (const heir of heirs) news.push(...takeAway(kernel, heir));
  news.push(...takeAway(kernel, held));
  const [first] = heirs;
  if (kernel.promoteSecondaries && first !== undefined) news.push(promote(kernel, first, held));
  return news;
}

const heirOf = (each: AddressRecord, primary: AddressRecord): boolean =>
  each !== primary && isSecondary(each) && inOneSubnet(each, primary);

/** The promoted address moves behind the last primary of its scope that stood behind the former one. */
function promote(kernel: SimulatedKernel, heir: AddressRecord, former: AddressRecord): RouteNews {
  const record = { ...heir, flags: heir.flags & ~addressFlags.secondary };
  const list = addressesOn(kernel, heir.ifindex).filter(each => each !== heir);
  const primaries = list.filter(each => isFour(each) && !isSecondary(each) && former.scope <= each.scope);
  const last = primaries.at(-1);
  list.splice(last === undefined ? 0 : list.indexOf(last) + 1, 0, record);
  setAddresses(kernel, heir.ifindex, list);
  return addressNews(false, record);
}

/** One address, and the routes the kernel drops with it. */
function takeAway(kernel: SimulatedKernel, held: AddressRecord): RouteNews[] {
  kernel.addresses = kernel.addresses.filter(each => each !== held);
  const news = [addressNews(true, held), ...dropRoutesOfAddress(kernel, held.prefix.address)];
  if (isFour(held) && !addressesOn(kernel, held.ifindex).some(isFour))
    dropRoutesOfLink(kernel, held.ifindex, 'inet');
  return news;
}

/** Every address of an interface that goes away: IPv6 when it goes down, both when it is deleted (in the order of the list, nothing is promoted). */
export function flushAddresses(
  kernel: SimulatedKernel,
  ifindex: number,
  family: 'inet' | 'inet6',
): RouteNews[] {
  const leaving = addressesOn(kernel, ifindex).filter(each => isFour(each) === (family === 'inet'));
  return leaving.flatMap(each => takeAway(kernel, each));
}

/** inetdev_changename: IPv4 labels follow the interface's name, what stands after a colon stays; each address is reported again. */
export function relabel(kernel: SimulatedKernel, ifindex: number, name: string): RouteNews[] {
  const list = addressesOn(kernel, ifindex).map(each => {
    if (!isFour(each)) return each;
    const colon = each.label?.indexOf(':') ?? -1;
    return { ...each, label: colon < 0 ? name : `${name}${each.label?.slice(colon)}` };
  });
  setAddresses(kernel, ifindex, list);
  return list.filter(isFour).map(each => addressNews(false, each));
}
