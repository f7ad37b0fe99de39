// The weight a server had before its drain: a file for each network namespace, service and server, so that drains of several servers at once
// do not write over each other's. Spec: FHS 3.0 section 3.15 (/run is empty after a boot, as the table is).

import { readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, type Outcome, succeed } from '../../../fault.ts';
import { makeDirectory } from '../../../host/index.ts';
import { type DestinationId, destinationKey, type ServiceId, serviceKey } from '../../../ipvs/index.ts';

const folder = '/run/lvskit/drained';

export interface DrainRecord {
  /** The weight before the drain; undefined when none is remembered. */
  recall(): number | undefined;
  remember(weight: number): Outcome<undefined>;
  forget(): void;
}

export function recordOf(service: ServiceId, server: DestinationId): DrainRecord {
  const name = `${readlinkSync('/proc/self/ns/net')} ${serviceKey(service)} ${destinationKey(server)}`;
  const file = join(folder, encodeURIComponent(name));
  return {
    recall() {
      try {
        const text = readFileSync(file, 'utf8').trim();
        return /^\d+$/.test(text) ? Number(text) : undefined;
      } catch {
        // It was not drained since the machine started.
        return undefined;
      }
    },
    remember(weight) {
      try {
        makeDirectory(folder);
        writeFileSync(file, `${weight}\n`);
        return succeed(undefined);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        return fail({ code: 'file-unreadable', message: `${file} cannot be written: ${code}` });
      }
    },
    forget: () => rmSync(file, { force: true }),
  };
}
