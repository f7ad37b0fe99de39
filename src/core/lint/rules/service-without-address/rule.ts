// A virtual server on an address that no instance of the file holds.
// Spec: ipvs accepts packets for local addresses only (DR and NAT directors alike).

import type { Diagnostic, Statement } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

/** What keeps an instance or one of its addresses out of the configuration. */
const refusals: ReadonlySet<string> = new Set([
  ...['invalid-address', 'invalid-number', 'mixed-families', 'duplicate', 'missing-brace', 'extra-brace'],
  ...['missing-argument', 'missing-interface', 'missing-virtual-router-id', 'missing-address'],
  ...['unknown-keyword', 'block-expected', 'unexpected-brace'],
]);

const refuses = ({ rule, severity, message }: Diagnostic): boolean =>
  (severity === 'error' && refusals.has(rule)) ||
  (rule === 'unknown-keyword' && message.includes('whole block'));

export const serviceWithoutAddress: Rule = {
  id: 'service-without-address',
  severity: 'warning',
  summary: 'The address of a virtual server is none of the virtual addresses in the file.',
  watch: report => {
    const held = new Set<string>();
    const strangers: { readonly address: string; readonly statement: Statement }[] = [];
    return {
      instance({ config }) {
        for (const { prefix } of [...config.addresses, ...config.excludedAddresses]) held.add(prefix.address);
      },
      virtualServer({ config, statement }) {
        const [service] = config.services;
        if (held.size === 0 || config.services.length !== 1 || service?.kind !== 'address') return;
        if (held.has(service.address) || service.address === '0.0.0.0' || service.address === '::') return;
        strangers.push({ address: service.address, statement });
      },
      end({ diagnostics }) {
        // Where an address or an instance was refused, it may be the one.
        if (diagnostics.some(refuses)) return;
        for (const { address, statement } of strangers) {
          const message = `${address} is an address of no vrrp_instance here: nobody would send it packets`;
          report(statement, message, { word: 1 });
        }
      },
    };
  },
};
