// An instance that lists its own address, or one of its virtual ones, among its unicast peers.
// Spec: keepalived.conf(5) "unicast_peer".

import type { Rule } from '../../rule.ts';

export const ownAddressAsPeer: Rule = {
  id: 'own-address-as-peer',
  severity: 'warning',
  summary: 'A unicast peer is this node itself or one of its virtual addresses.',
  watch: report => ({
    instance({ config, statement, lines }) {
      const own = new Map<string, string>(
        config.addresses.map(({ prefix }) => [prefix.address, 'a virtual address']),
      );
      if (config.sourceAddress !== undefined) own.set(config.sourceAddress, 'its own source address');
      const alone = config.unicastPeers.every(({ address }) => own.has(address));
      for (const { address } of config.unicastPeers) {
        const what = own.get(address);
        if (what === undefined) continue;
        const block = lines.get('unicast_peer');
        const line = block?.block?.find(record => record.keyword.startsWith(address));
        const consequence = alone
          ? ': no other node hears its adverts, and each becomes MASTER'
          : ', not a peer';
        report(
          line ?? block ?? statement,
          `${address} is ${what} of vrrp_instance ${config.name}${consequence}`,
          {
            word: 0,
            ...(alone ? { severity: 'error' } : {}),
          },
        );
      }
    },
  }),
};
