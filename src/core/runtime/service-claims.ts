// Names the services of the configuration in force for other programs: `rs drain` leaves them to the daemon.
// Spec: host/service-claims.ts; one line a service as ipvs/model.ts serviceKey writes it.

import { claimServices } from '../host/index.ts';
import { serviceKey } from '../ipvs/index.ts';
import type { VirtualServerConfig } from '../pool/index.ts';

export interface Claims {
  /** Called with each configuration, in order. */
  configure(virtualServers: readonly Pick<VirtualServerConfig, 'services'>[]): void;
  remove(): Promise<void>;
}

/** Without a file (no root, a read-only /run, another daemon of this network namespace) a daemon runs all the same and says so once. */
export function claimConfigured(warn: (message: string) => void, folder?: string): Claims {
  const opened = claimServices(folder);
  let failed = false;
  /** Set by `remove`: a configuration that is still on its way must not bring the file back. */
  let ended = false;
  const complain = (reason: string): void => {
    if (!failed) warn(`Other programs cannot see which services are this daemon's: ${reason}`);
    failed = true;
  };
  return {
    configure(virtualServers) {
      const names = virtualServers.flatMap(({ services }) => services.map(serviceKey));
      void opened.then(claims => {
        if (!claims.ok) return complain(claims.fault.message);
        if (ended) return;
        try {
          claims.value.replace(names);
          failed = false;
        } catch (error) {
          complain(error instanceof Error ? error.message : String(error));
        }
      });
    },
    async remove() {
      ended = true;
      const claims = await opened;
      if (claims.ok) claims.value.remove();
    },
  };
}
