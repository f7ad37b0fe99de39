// What the configuration can say and this machine does not do yet: such an instance is held in FAULT, never run half-way.
// Spec: the house rule against silent acceptance; each line falls when the capability is built.

import type { InstanceConfig, SyncGroupConfig } from './config.ts';

/** A clause that names the first missing capability, or undefined when everything asked for can be done. */
export function unsupported(
  instance: InstanceConfig,
  group: SyncGroupConfig | undefined,
): string | undefined {
  if (instance.authentication?.type === 'AH')
    return 'auth_type AH is not available; use PASS or no authentication';
  if (instance.vmac !== undefined) return 'use_vmac is not available';
  const trackers = [instance, ...(group === undefined ? [] : [group])];
  if (trackers.some(each => each.trackFiles.length > 0)) return 'track_file is not available';
  if (trackers.some(each => each.trackProcesses.length > 0)) return 'track_process is not available';
  if (trackers.some(each => each.trackBfd.length > 0)) return 'track_bfd is not available';
  return undefined;
}
