// This machine as the linter's rules look at it.
// Spec: host/machine.ts, host/accounts.ts; asked once for a run, accounts when a rule wants to know.

import { accountOf, interfaceReports, kernelModules, nameOf } from '../../host/index.ts';
import type { MachineInterface, MachineState } from '../../lint/index.ts';
import { parsePrefix } from '../../net/index.ts';

function interfaces(): ReadonlyMap<string, MachineInterface> | undefined {
  const reports = interfaceReports();
  if (reports === undefined) return undefined;
  return new Map(
    reports.map(({ name, flags, addresses }) => [
      name,
      {
        isUp: flags.includes('UP'),
        isLoopback: flags.includes('LOOPBACK'),
        hasMulticast: flags.includes('MULTICAST'),
        hasArp: !flags.includes('NOARP'),
        addresses: addresses.flatMap(({ address, length, isDynamic }) => {
          const prefix = parsePrefix(`${address}/${length}`);
          return prefix === undefined ? [] : [{ prefix, isDynamic }];
        }),
      },
    ]),
  );
}

export function thisMachine(): MachineState {
  const found = interfaces();
  const modules = kernelModules();
  return {
    ...(found === undefined ? {} : { interfaces: found }),
    ...(modules === undefined ? {} : { modules }),
    hasUser: name => accountOf(name, undefined).ok,
    hasGroup: name => accountOf('root', name).ok,
    userName: uid => nameOf('passwd', uid),
    groupName: gid => nameOf('group', gid),
  };
}
