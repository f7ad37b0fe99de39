// Tells what rules lose while a great table is written in forms: a look at four numbers a server, values only where there is something to say.
// Spec: ../rules-losses.ts, which is the law; test/property/ipvs-export.test.ts compares them.

import { forwardingNumbers } from '../constants.ts';
import { ofIpvsadm } from '../limits.ts';
import type { ServiceDefinition } from '../model.ts';
import { lossesOfServer, lossesOfService, type RulesLoss } from '../rules-losses.ts';
import { noSchedulerFlags } from '../scheduler-flags.ts';
import type { TableForms } from './printer.ts';
import type { ServerEntries } from './server-entries.ts';

const { NAT, DR } = forwardingNumbers;
const most = ofIpvsadm.largestThreshold;

/** No service has this port: the ports of a mark's servers are their own. */
const anyPort = -1;

const fits = (entries: ServerEntries, place: number, servicePort: number): boolean => {
  const forwarding = entries.forwarding(place);
  return (
    (forwarding === NAT ||
      (forwarding === DR && (servicePort === anyPort || entries.port(place) === servicePort))) &&
    entries.upperThreshold(place) <= most &&
    entries.lowerThreshold(place) <= most
  );
};

/** The same forms; `lost` hears of each service and server that they cannot say whole. */
export function checkedForms(forms: TableForms, lost: (loss: RulesLoss) => void): TableForms {
  let port = anyPort;
  let present: () => ServiceDefinition;
  return {
    plain(sink, rows, row, servers) {
      forms.plain(sink, rows, row, servers);
      port = rows.port(row);
      present = () => ({
        id: rows.id(row),
        scheduler: rows.scheduler(row).text,
        schedulerFlags: noSchedulerFlags,
        ...{ persistence: undefined, onePacket: false, engine: undefined },
      });
      if (port === 0) for (const loss of lossesOfService(present())) lost(loss);
    },
    head(service, servers) {
      port = service.id.kind === 'address' ? service.id.port : anyPort;
      present = () => service;
      for (const loss of lossesOfService(service)) lost(loss);
      return forms.head(service, servers);
    },
    server(sink, entries, place) {
      forms.server(sink, entries, place);
      if (fits(entries, place, port)) return;
      const destination = entries.destinations()[place];
      if (destination === undefined) return;
      for (const loss of lossesOfServer(present().id, destination)) lost(loss);
    },
  };
}
