// A simulated rtnetlink kernel: one network namespace as plain data, asked with the very bytes the daemon sends.
// Spec: rtnetlink(7); compared with a real kernel in test/kernel/route-kernel.test.ts.
//
// Create it with `createKernel`, give it interfaces with `editLink`. `ask` answers one Request of netlink/ (an errno or none) and returns
// the notices the request made; `dump` is what the daemon reads at start and after an overrun. Another administrator uses the same two
// functions. Who calls decides what becomes of answers and notices: when they arrive, in which order, and which are lost.
// `kernel.refusals` makes the next requests of an operation fail. The kernel's own routes (local, connected) are not kept.
// Not for the daemon: only tests and simulate/ hold one.

import { decodeRouteMessage, type Request, type RouteNews, readAttributes } from '../../netlink/index.ts';
import { deleteAddress, insertAddress } from './addresses.ts';
import { deleteRoute, insertRoute } from './routes.ts';
import { deleteRule, firstRules, insertRule } from './rules.ts';
import { type KernelAnswer, refused, type SimulatedKernel } from './state.ts';

export { editLink, type LinkEdit } from './links.ts';
export { type ErrnoName, type KernelAnswer, linkNamed, type Refusal, type SimulatedKernel } from './state.ts';

/** An empty namespace: the loopback interface, up, and the kernel's own rules. */
export function createKernel(
  options: { readonly promoteSecondaries?: boolean; readonly reportsLostSource?: boolean } = {},
): SimulatedKernel {
  const loopback = {
    index: 1,
    name: 'lo',
    mac: undefined,
    broadcast: undefined,
    flags: { up: true, running: true, multicast: false, noarp: false },
    mtu: 65_536,
    kind: undefined,
    lower: undefined,
  };
  return {
    links: new Map([[1, loopback]]),
    addresses: [],
    routes: [],
    rules: firstRules(),
    nextIndex: 2,
    promoteSecondaries: options.promoteSecondaries ?? false,
    reportsLostSource: options.reportsLostSource ?? true,
    refusals: [],
  };
}

function takeRefusal(kernel: SimulatedKernel, operation: string): KernelAnswer | undefined {
  const found = kernel.refusals.find(each => each.operation === operation || each.operation === '*');
  if (found === undefined) return undefined;
  found.times--;
  if (found.times <= 0) kernel.refusals = kernel.refusals.filter(each => each !== found);
  return refused(found.errno);
}

/** Performs one request. Its answer is an ack (errno undefined) or an error; an error has changed nothing. */
export function ask(kernel: SimulatedKernel, request: Request): KernelAnswer {
  const { operation, type, flags, payload } = request;
  const refusal = takeRefusal(kernel, operation);
  if (refusal !== undefined) return refusal;
  const decoded = decodeRouteMessage({ type, flags, sequence: 0, port: 0, payload });
  if (!decoded.ok || decoded.value === undefined) return refused('EINVAL');
  const { value } = decoded;
  switch (value.kind) {
    case 'link':
      return refused('EOPNOTSUPP');
    case 'address':
      return value.gone ? deleteAddress(kernel, value.record) : insertAddress(kernel, value.record, flags);
    case 'route':
      return value.gone ? deleteRoute(kernel, value.record) : insertRoute(kernel, value.record, flags);
    case 'rule': {
      // A decoded rule has preference 0 where the request names none: FRA_PRIORITY is looked for.
      const record = { ...value.record, preference: preferenceAsked(payload, value.record.preference) };
      return value.gone ? deleteRule(kernel, record) : insertRule(kernel, record, flags);
    }
  }
}

/** sizeof(struct fib_rule_hdr), FRA_PRIORITY. */
const [ruleHeader, priorityAttribute] = [12, 6];

function preferenceAsked(payload: Uint8Array, decoded: number | undefined): number | undefined {
  const named = readAttributes(payload.subarray(ruleHeader), 'rule', reader => {
    let found = false;
    while (reader.next()) found ||= reader.type === priorityAttribute;
    return found;
  });
  return named.ok && named.value ? decoded : undefined;
}

/** Everything the kernel holds, as the dumps of netlink/ bring it: links, addresses, routes, rules. */
export function dump(kernel: SimulatedKernel): RouteNews[] {
  const links = [...kernel.links.values()];
  return [
    ...links.map((record): RouteNews => ({ kind: 'link', gone: false, record })),
    ...links.flatMap(({ index }) =>
      kernel.addresses
        .filter(each => each.ifindex === index)
        .map((record): RouteNews => ({ kind: 'address', gone: false, record })),
    ),
    ...kernel.routes.map((record): RouteNews => ({ kind: 'route', gone: false, record })),
    ...kernel.rules.map((record): RouteNews => ({ kind: 'rule', gone: false, record })),
  ];
}
