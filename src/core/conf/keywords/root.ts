// Keywords of the file level.
// Spec: keepalived.conf(5) and the ranges keepalived's parser enforces; data only.

import { acted, type BlockKeywords, parsed, uint32 } from './grammar.ts';

export const rootKeywords: readonly BlockKeywords[] = [
  {
    path: '(root)',
    keywords: [
      parsed('linkbeat_use_polling', 'flag', [], { default: 'off' }),
      parsed('net_namespace', 'value', [{ type: 'text' }], { once: true }),
      parsed('net_namespace_ipvs', 'value', [{ type: 'text', optional: true }], {
        default: 'same as net_namespace',
        once: true,
      }),
      parsed('namespace_with_ipsets', 'flag', [], { default: 'off' }),
      parsed('use_pid_dir', 'flag', [], { default: 'off' }),
      parsed('instance', 'value', [{ type: 'text' }], { once: true }),
      acted('child_wait_time', 'value', [{ type: 'integer', min: 0, max: uint32, strict: true, unit: 's' }], {
        default: '5',
      }),
      acted('global_defs', 'block'),
      parsed('track_group', 'block', [{ type: 'text' }]),
      acted('static_ipaddress', 'lines', [{ type: 'syntax', syntax: '<ip-address-line>' }]),
      acted('static_routes', 'lines', [{ type: 'syntax', syntax: '<route-line>' }]),
      acted('static_rules', 'lines', [{ type: 'syntax', syntax: '<rule-line>' }]),
      acted('vrrp_sync_group', 'block', [{ type: 'text' }]),
      parsed('garp_group', 'block'),
      parsed('linkbeat_interfaces', 'lines', [{ type: 'syntax', syntax: 'IFNAME [MII|ETHTOOL|IOCTL]' }], {
        default: 'auto probe',
      }),
      acted('vrrp_instance', 'block', [{ type: 'text' }]),
      acted('vrrp_script', 'block', [{ type: 'text' }]),
      parsed('vrrp_track_process', 'block', [{ type: 'text' }]),
      parsed(
        'interface_up_down_delays',
        'lines',
        [{ type: 'syntax', syntax: 'IFNAME DOWN_DELAY [UP_DELAY]; each DECIMAL seconds 0..255' }],
        { default: '0 0' },
      ),
      acted('SSL', 'block'),
      acted('virtual_server_group', 'lines', [{ type: 'text' }, { type: 'syntax', syntax: '<vsg-line>' }]),
      acted('virtual_server', 'block', [{ type: 'syntax', syntax: 'IP [PORT] | fwmark N | group NAME' }]),
      parsed('bfd_instance', 'block', [{ type: 'text' }]),
      parsed('track_file', 'block', [{ type: 'text' }]),
      parsed('vrrp_track_file', 'block', [{ type: 'text' }], { deprecatedBy: 'track_file' }),
    ],
  },
];
