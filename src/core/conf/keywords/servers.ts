// Keywords of SSL, virtual_server and real_server.
// Spec: keepalived.conf(5) and the ranges keepalived's parser enforces; data only.

import { ssl } from '../blocks/ssl.ts';
import { acted, type BlockKeywords, int32, parsed, uint32 } from './grammar.ts';

export const serversKeywords: readonly BlockKeywords[] = [
  ssl,
  {
    path: 'virtual_server',
    keywords: [
      acted('ip_family', 'value', [{ type: 'word', words: ['inet', 'inet6'] }], { default: 'from address' }),
      acted('retry', 'value', [{ type: 'integer', min: 1, max: uint32, strict: true }], {
        default: 'checker default',
      }),
      acted(
        'delay_before_retry',
        'value',
        [{ type: 'decimal', min: 0, max: 18446744073709, unit: 's', decimals: 6 }],
        { default: 'checker default' },
      ),
      acted('warmup', 'value', [{ type: 'decimal', min: 0, max: 18446744073709, unit: 's', decimals: 6 }], {
        default: 'delay_loop',
      }),
      acted(
        'connect_timeout',
        'value',
        [{ type: 'decimal', min: 1e-6, max: 4294.967295, unit: 's', decimals: 6 }],
        { default: '5' },
      ),
      acted(
        'delay_loop',
        'value',
        [{ type: 'decimal', min: 1e-6, max: 18446744073709, unit: 's', decimals: 6 }],
        { default: '60' },
      ),
      acted('inhibit_on_failure', 'flag', [], { default: 'off' }),
      acted(
        'lb_algo',
        'value',
        [
          {
            type: 'word',
            words: [
              'rr',
              'wrr',
              'lc',
              'wlc',
              'lblc',
              'sh',
              'mh',
              'dh',
              'fo',
              'ovf',
              'lblcr',
              'sed',
              'nq',
              'twos',
            ],
          },
        ],
        { default: 'wlc' },
      ),
      acted(
        'lvs_sched',
        'value',
        [
          {
            type: 'word',
            words: [
              'rr',
              'wrr',
              'lc',
              'wlc',
              'lblc',
              'sh',
              'mh',
              'dh',
              'fo',
              'ovf',
              'lblcr',
              'sed',
              'nq',
              'twos',
            ],
          },
        ],
        { default: 'wlc' },
      ),
      acted('hashed', 'flag'),
      acted('ops', 'flag', [], { default: 'off' }),
      acted('flag-1', 'flag', [], { default: 'off' }),
      acted('flag-2', 'flag', [], { default: 'off' }),
      acted('flag-3', 'flag', [], { default: 'off' }),
      acted('sh-port', 'flag', [], { default: 'off' }),
      acted('sh-fallback', 'flag', [], { default: 'off' }),
      acted('mh-port', 'flag', [], { default: 'off' }),
      acted('mh-fallback', 'flag', [], { default: 'off' }),
      acted(
        'lb_kind',
        'value',
        [{ type: 'syntax', syntax: 'NAT|DR|TUN [type ipip|gue|gre] [port 1..65535] [nocsum|csum|remcsum]' }],
        { default: 'NAT' },
      ),
      acted(
        'lvs_method',
        'value',
        [{ type: 'syntax', syntax: 'NAT|DR|TUN [type ipip|gue|gre] [port 1..65535] [nocsum|csum|remcsum]' }],
        { default: 'NAT' },
      ),
      acted('persistence_engine', 'value', [{ type: 'text', maxBytes: 16 }]),
      acted(
        'persistence_timeout',
        'value',
        [{ type: 'integer', min: 1, max: 2678400, strict: true, unit: 's', optional: true }],
        { default: 'off; 360 when no word' },
      ),
      acted(
        'persistence_granularity',
        'value',
        [{ type: 'syntax', syntax: 'IPv4 netmask (any dotted value) or IPv6 prefix 1..128' }],
        { default: '255.255.255.255 / 128' },
      ),
      acted('protocol', 'value', [{ type: 'word', words: ['TCP', 'UDP', 'SCTP'], ignoreCase: true }], {
        default: 'UDP',
      }),
      acted('ha_suspend', 'flag', [], { default: 'off' }),
      parsed('smtp_alert', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'smtp_alert_checker / smtp_alert / FALSE',
      }),
      acted('virtualhost', 'value', [{ type: 'text' }]),
      parsed('snmp_name', 'value', [{ type: 'text' }]),
      acted('alpha', 'flag', [], { default: 'off' }),
      acted('omega', 'flag', [], { default: 'off' }),
      acted('quorum_up', 'value', [{ type: 'script' }, { type: 'user', optional: true }]),
      acted('quorum_down', 'value', [{ type: 'script' }, { type: 'user', optional: true }]),
      acted('quorum', 'value', [{ type: 'integer', min: 1, max: uint32 }], { default: '1' }),
      acted('hysteresis', 'value', [{ type: 'integer', min: 0, max: uint32 }], { default: '0' }),
      acted('weight', 'value', [{ type: 'integer', min: 1, max: int32 }], { default: '1' }),
      acted('sorry_server', 'value', [{ type: 'address' }, { type: 'port', optional: true }]),
      acted('sorry_server_inhibit', 'flag', [], { default: 'off' }),
      acted(
        'sorry_server_lvs_method',
        'value',
        [{ type: 'syntax', syntax: 'NAT|DR|TUN [type ipip|gue|gre] [port 1..65535] [nocsum|csum|remcsum]' }],
        { default: 'lb_kind at time of sorry_server, else as lb_kind' },
      ),
      acted('real_server', 'block', [{ type: 'address' }, { type: 'port', optional: true }], {
        default: 'port 0 = same port as virtual server',
      }),
    ],
  },
  {
    path: 'virtual_server/real_server',
    keywords: [
      acted('weight', 'value', [{ type: 'integer', min: 0, max: int32 }], {
        default: 'virtual_server weight',
      }),
      acted(
        'lvs_method',
        'value',
        [{ type: 'syntax', syntax: 'NAT|DR|TUN [type ipip|gue|gre] [port 1..65535] [nocsum|csum|remcsum]' }],
        { default: 'virtual_server' },
      ),
      acted('uthreshold', 'value', [{ type: 'integer', min: 0, max: uint32 }], { default: '0 (off)' }),
      acted('lthreshold', 'value', [{ type: 'integer', min: 0, max: uint32 }], { default: '0 (off)' }),
      acted('inhibit_on_failure', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'virtual_server',
      }),
      acted('notify_up', 'value', [{ type: 'script' }, { type: 'user', optional: true }]),
      acted('notify_down', 'value', [{ type: 'script' }, { type: 'user', optional: true }]),
      acted('alpha', 'flag', [{ type: 'boolean', optional: true }], { default: 'virtual_server' }),
      acted('retry', 'value', [{ type: 'integer', min: 1, max: uint32, strict: true }], {
        default: 'virtual_server',
      }),
      acted(
        'delay_before_retry',
        'value',
        [{ type: 'decimal', min: 0, max: 18446744073709, unit: 's', decimals: 6 }],
        { default: 'virtual_server' },
      ),
      acted('warmup', 'value', [{ type: 'decimal', min: 0, max: 18446744073709, unit: 's', decimals: 6 }], {
        default: 'virtual_server',
      }),
      acted(
        'connect_timeout',
        'value',
        [{ type: 'decimal', min: 1e-6, max: 4294.967295, unit: 's', decimals: 6 }],
        { default: 'virtual_server' },
      ),
      acted(
        'delay_loop',
        'value',
        [{ type: 'decimal', min: 1e-6, max: 18446744073709, unit: 's', decimals: 6 }],
        { default: 'virtual_server' },
      ),
      parsed('smtp_alert', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'smtp_alert_checker / smtp_alert / TRUE',
      }),
      acted('virtualhost', 'value', [{ type: 'text' }]),
      parsed('snmp_name', 'value', [{ type: 'text' }]),
      acted('MISC_CHECK', 'block'),
      acted('SMTP_CHECK', 'block'),
      acted('TCP_CHECK', 'block'),
      acted('PING_CHECK', 'block'),
      acted('UDP_CHECK', 'block'),
      acted('HTTP_GET', 'block'),
      acted('SSL_GET', 'block'),
      acted('DNS_CHECK', 'block'),
      parsed('FILE_CHECK', 'block'),
      parsed('BFD_CHECK', 'block'),
    ],
  },
];
