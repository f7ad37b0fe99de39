// What makes two configurations the same virtual router to its peers, whatever they are called.
// Spec: RFC 9568 section 1.7; keepalived's reload matches by VRID, family, interface and kind.

import type { InstanceConfig } from './config.ts';

export const isUnicast = (config: InstanceConfig): boolean => config.unicastPeers.length > 0;

/** Two configurations with equal identity are the same virtual router to its peers. */
export const identityOf = (config: InstanceConfig): string =>
  [
    config.vrid,
    config.family,
    config.interface ?? '*',
    isUnicast(config)
      ? `unicast ${config.sourceAddress ?? ''}`
      : `multicast ${config.multicastGroup} ${config.vmac === undefined ? '' : (config.vmac.mac ?? 'vmac')}`,
  ].join(' ');
