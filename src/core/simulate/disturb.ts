// What happens to a simulated kernel without its process: cables and interfaces, another administrator, refusals to come.

import { addAddress, type RouteNews, removeAddress } from '../netlink/index.ts';
import { addressRecord, type Host } from './host.ts';
import { ask, editLink, linkNamed } from './kernel/index.ts';
import type { NodeAction } from './scenario.ts';

export type Disturbance = Extract<
  NodeAction,
  { readonly kind: 'link' | 'foreign' | 'foreign-address' | 'refuse' | 'overrun' }
>;

interface Disturbed {
  /** What the kernel reports; undefined: it has done nothing. */
  readonly news?: readonly RouteNews[];
  /** The segment of an interface that is new. */
  readonly segment?: string;
}

/** A new interface is on the segment that its name had at first, or on one of its own. */
const segmentOf = (host: Host, name: string): string =>
  host.node.links.find(link => link.name === name)?.segment ?? name;

const disturbances: {
  readonly [K in Disturbance['kind']]: (
    host: Host,
    action: Extract<Disturbance, { readonly kind: K }>,
  ) => Disturbed;
} = {
  link(host, { edit }) {
    const before = linkNamed(host.kernel, edit.name)?.index;
    const { news } = editLink(host.kernel, edit);
    const made = linkNamed(host.kernel, edit.name)?.index;
    if (edit.kind !== 'create' || made === undefined || before !== undefined) return { news };
    const segment = segmentOf(host, edit.name);
    host.segments.set(made, segment);
    return { news, segment };
  },
  foreign: (host, { request }) => ({ news: ask(host.kernel, request).news }),
  'foreign-address'(host, { link, address, verb }) {
    const index = linkNamed(host.kernel, link)?.index;
    if (index === undefined) return {};
    const record = addressRecord(index, address);
    return { news: ask(host.kernel, verb === 'add' ? addAddress(record) : removeAddress(record)).news };
  },
  refuse(host, { refusal }) {
    host.kernel.refusals.push({ ...refusal });
    return {};
  },
  overrun: () => ({}),
};

/** Does it to the kernel of the host. */
export const disturb = (host: Host, action: Disturbance): Disturbed =>
  (disturbances[action.kind] as (host: Host, action: Disturbance) => Disturbed)(host, action);
