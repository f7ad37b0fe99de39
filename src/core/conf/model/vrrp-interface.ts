// Conclusions about the interface of a vrrp_instance: whether it has one, and what goes with one of its own.
// Spec: keepalived.conf(5) "interface", "vrf", "use_vmac", "use_ipvlan".

import { type Family, familyOf, isLinkLocal } from '../../net/index.ts';
import type { Context } from './context.ts';
import type { InstanceDraft } from './vrrp-draft.ts';

/** Whether the instance can send at all; told if not. */
export function hasInterface(d: InstanceDraft, c: Context): boolean {
  if (d.interface !== undefined) return true;
  if (d.vrf !== undefined) {
    const message = `vrrp_instance ${d.name}: an instance of a VRF without an interface does not run here`;
    c.error('not-supported', d.lines.get('vrf') ?? d.statement, message);
    return false;
  }
  if (d.source !== undefined && (familyOf(d.source) === 'inet' || !isLinkLocal(d.source))) return true;
  c.conclude(
    c.causes.of(d.statement, ['interface', 'unicast_src_ip', 'mcast_src_ip']),
    'fatal',
    'missing-interface',
    d.statement,
    `vrrp_instance ${d.name} has neither an interface nor a usable source address`,
  );
  return false;
}

/** What only an interface of the instance's own has, and what such a one needs. */
export function judgeOwnInterface(d: InstanceDraft, family: Family, c: Context): void {
  const at = (keyword: string) => d.lines.get(keyword) ?? d.statement;
  if (d.vmacXmitBase && d.vmac === undefined && d.ipvlanAddress === undefined) {
    const cause = c.causes.of(d.statement, ['use_vmac']);
    c.conclude(cause, 'warning', 'no-effect', at('vmac_xmit_base'), 'vmac_xmit_base is for use_vmac');
  }
  if (d.vmac !== undefined && d.promoteSecondaries)
    c.warn('corrected', at('promote_secondaries'), 'promote_secondaries is on for a VMAC anyway');
  if (d.vmac !== undefined && d.unicast && !d.vmacXmitBase) {
    const message = 'unicast with use_vmac needs vmac_xmit_base; it is turned on';
    c.conclude(c.causes.of(d.statement, ['vmac_xmit_base']), 'warning', 'corrected', at('use_vmac'), message);
  }
  const second = d.addressLines.find(line => line.words(1).includes('use_vmac'));
  if (d.vmac !== undefined && second !== undefined)
    c.warn('no-effect', second, 'use_vmac of an address has no effect: the instance has it');
  if (d.ipvlanAddress === false && family === 'inet') {
    const message = `vrrp_instance ${d.name}: use_ipvlan names no address, which an IPv4 instance needs; it stays in FAULT`;
    c.error('corrected', at('use_ipvlan'), message);
  }
}
