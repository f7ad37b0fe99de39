// The weight a server had before its drain: a file for each network namespace, service and server, so that drains of several servers at once
// do not write over each other's. Spec: FHS 3.0 section 3.15 (/run is empty after a boot, as the table is).

import { join } from 'node:path';
import { fail, type Outcome, succeed } from '../../../fault.ts';
import {
  linkAt,
  makeDirectory,
  removeFile,
  textAt,
  unwritableFile,
  writeBytes,
} from '../../../host/index.ts';
import { type DestinationId, destinationKey, type ServiceId, serviceKey } from '../../../ipvs/index.ts';

const folder = '/run/lvskit/drained';

export interface DrainRecord {
  /** The weight before the drain; undefined when none is remembered. */
  recall(): number | undefined;
  remember(weight: number): Outcome<undefined>;
  forget(): void;
}

export function recordOf(service: ServiceId, server: DestinationId): DrainRecord {
  const name = `${linkAt('/proc/self/ns/net')} ${serviceKey(service)} ${destinationKey(server)}`;
  const file = join(folder, encodeURIComponent(name));
  return {
    recall() {
      // Without a file it was not drained since the machine started.
      const text = textAt(file)?.trim() ?? '';
      return /^\d+$/.test(text) ? Number(text) : undefined;
    },
    remember(weight) {
      try {
        makeDirectory(folder);
        writeBytes(file, `${weight}\n`);
        return succeed(undefined);
      } catch (error) {
        return fail(unwritableFile(file, error));
      }
    },
    forget: () => removeFile(file),
  };
}
