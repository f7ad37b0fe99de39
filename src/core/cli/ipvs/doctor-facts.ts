// Gathers what the doctor's rules look at, from this network namespace.
// Spec: doctor/facts.ts; host/machine.ts; /proc/net/ip_vs_conn through ipvs/connections.ts.

import { type ConnectionCount, type Facts, type InterfaceFacts, settingNames } from '../../doctor/index.ts';
import { interfaceReports, kernelSetting, localRoutes, textAt } from '../../host/index.ts';
import { isTemplate, parseConnections, type Service } from '../../ipvs/index.ts';
import { type Prefix, parsePrefix } from '../../net/index.ts';

const prefixes = (texts: readonly string[]): Prefix[] => texts.flatMap(text => parsePrefix(text) ?? []);

function interfaces(): readonly InterfaceFacts[] | undefined {
  return interfaceReports()?.map(({ name, flags, mtu, addresses }) => ({
    name,
    isUp: flags.includes('UP'),
    isLoopback: flags.includes('LOOPBACK'),
    hasArp: !flags.includes('NOARP') && !flags.includes('LOOPBACK'),
    mtu,
    addresses: prefixes(addresses.map(({ address, length }) => `${address}/${length}`)),
  }));
}

function connections(): Facts['connections'] {
  // No IPVS here, or no right to look: there is nothing to say about connections.
  const text = textAt('/proc/net/ip_vs_conn', 'latin1') ?? '';
  const counts = new Map<string, ConnectionCount>();
  for (const entry of parseConnections(text)) {
    if (isTemplate(entry)) continue;
    const { address, port } = entry.destination;
    const key = `${address} ${port}`;
    counts.set(key, { address, port, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return counts;
}

/** `services` are those to judge, of the whole `table`. */
export function gatherFacts(
  services: readonly Service[],
  table: readonly Service[],
  managed: Facts['managed'],
): Facts {
  const found = interfaces();
  const settings = new Map<string, string>();
  for (const name of settingNames((found ?? []).map(one => one.name))) {
    const value = kernelSetting(name);
    if (value !== undefined) settings.set(name, value);
  }
  return {
    services,
    table,
    settings,
    interfaces: found,
    localPrefixes: prefixes(localRoutes()),
    managed,
    connections: connections(),
  };
}
