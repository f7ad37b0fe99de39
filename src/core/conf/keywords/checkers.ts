// Keywords of the checker blocks of a real server.
// Spec: keepalived.conf(5) and the ranges keepalived's parser enforces; data only.

import { acted, type BlockKeywords, int32, type Keyword, parsed, uint32 } from './grammar.ts';

/** Every checker that connects takes these; `retry` and `delay` are what its kind falls back to. */
function connection(retry: string, delay: string, mark: typeof acted = acted): readonly Keyword[] {
  return [
    mark('connect_ip', 'value', [{ type: 'address' }], { default: 'real server address' }),
    mark('connect_port', 'value', [{ type: 'integer', min: 1, max: 65535 }], { default: 'real server port' }),
    mark('bindto', 'value', [{ type: 'address' }]),
    mark('bind_port', 'value', [{ type: 'integer', min: 1, max: 65535 }], { default: 'ephemeral' }),
    mark('bind_if', 'value', [{ type: 'interface' }]),
    mark(
      'connect_timeout',
      'value',
      [{ type: 'decimal', min: 1e-6, max: 4294.967295, unit: 's', decimals: 6 }],
      { default: 'real_server / virtual_server (5)' },
    ),
    mark('fwmark', 'value', [{ type: 'integer', min: 0, max: uint32 }], { default: '0' }),
    mark('retry', 'value', [{ type: 'integer', min: 0, max: uint32 }], {
      default: `real_server, else ${retry}`,
    }),
    mark(
      'delay_before_retry',
      'value',
      [{ type: 'decimal', min: 0, max: 18446744073709, unit: 's', decimals: 6 }],
      { default: `real_server, else ${delay}` },
    ),
    mark('warmup', 'value', [{ type: 'decimal', min: 0, max: 18446744073709, unit: 's', decimals: 6 }], {
      default: 'real_server, else delay_loop',
    }),
    mark(
      'delay_loop',
      'value',
      [{ type: 'decimal', min: 1e-6, max: 18446744073709, unit: 's', decimals: 6 }],
      { default: 'real_server' },
    ),
    mark('alpha', 'flag', [{ type: 'boolean', optional: true }], { default: 'real_server' }),
    mark('log_all_failures', 'flag', [{ type: 'boolean', optional: true }], {
      default: 'checker_log_all_failures',
    }),
  ];
}

const url: readonly Keyword[] = [
  acted('path', 'value', [{ type: 'text' }]),
  acted('digest', 'value', [{ type: 'hex' }]),
  acted('status_code', 'list', [{ type: 'status', repeated: true }], { default: '200-299', bare: 'ignored' }),
  acted('virtualhost', 'value', [{ type: 'text' }]),
  acted('regex', 'value', [{ type: 'regex' }], { bare: 'ignored' }),
  acted('regex_no_match', 'flag', [], { default: 'off' }),
  acted(
    'regex_options',
    'list',
    [
      {
        type: 'word',
        words: [
          'allow_empty_class',
          'alt_bsux',
          'auto_callout',
          'caseless',
          'dollar_endonly',
          'dotall',
          'dupnames',
          'extended',
          'firstline',
          'match_unset_backref',
          'multiline',
          'never_ucp',
          'never_utf',
          'no_auto_capture',
          'no_auto_possess',
          'no_dotstar_anchor',
          'no_start_optimize',
          'ucp',
          'ungreedy',
          'utf',
          'never_backslash_c',
          'alt_circumflex',
          'alt_verbnames',
          'use_offset_limit',
        ],
        repeated: true,
      },
    ],
    { bare: 'ignored' },
  ),
  acted('regex_min_offset', 'value', [{ type: 'integer', min: 0, max: int32 }], {
    default: '0',
    bare: 'ignored',
  }),
  acted('regex_max_offset', 'value', [{ type: 'integer', min: 0, max: int32 }], {
    default: 'unlimited',
    bare: 'ignored',
  }),
  parsed(
    'regex_stack',
    'value',
    [
      { type: 'integer', min: 0, max: int32 },
      { type: 'integer', min: 0, max: int32 },
    ],
    { bare: 'ignored' },
  ),
];

export const checkersKeywords: readonly BlockKeywords[] = [
  {
    path: 'virtual_server/real_server/MISC_CHECK',
    keywords: [
      acted('retry', 'value', [{ type: 'integer', min: 0, max: uint32 }], {
        default: 'real_server retry, else 0',
      }),
      acted(
        'delay_before_retry',
        'value',
        [{ type: 'decimal', min: 0, max: 18446744073709, unit: 's', decimals: 6 }],
        { default: 'real_server, else 1' },
      ),
      acted('warmup', 'value', [{ type: 'decimal', min: 0, max: 18446744073709, unit: 's', decimals: 6 }], {
        default: 'real_server, else delay_loop',
      }),
      acted(
        'delay_loop',
        'value',
        [{ type: 'decimal', min: 1e-6, max: 18446744073709, unit: 's', decimals: 6 }],
        { default: 'real_server' },
      ),
      acted('alpha', 'flag', [{ type: 'boolean', optional: true }], { default: 'real_server' }),
      acted('log_all_failures', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'checker_log_all_failures',
      }),
      acted('misc_path', 'value', [{ type: 'script' }], { bare: 'empty' }),
      acted('misc_timeout', 'value', [{ type: 'integer', min: 0, max: 4294, unit: 's' }], {
        default: 'delay_loop of the virtual_server',
      }),
      acted('misc_dynamic', 'flag', [], { default: 'off' }),
      acted('user', 'value', [{ type: 'user' }], { default: 'script_user default' }),
    ],
  },
  {
    path: 'virtual_server/real_server/SMTP_CHECK',
    keywords: [
      ...connection('1', '1'),
      acted('helo_name', 'value', [{ type: 'text' }], { default: 'smtpchecker.keepalived.org' }),
      acted('host', 'block', [], { deprecatedBy: 'separate SMTP_CHECK blocks' }),
    ],
  },
  {
    path: 'virtual_server/real_server/SMTP_CHECK/host',
    keywords: [...connection('1', '1')],
  },
  {
    path: 'virtual_server/real_server/TCP_CHECK',
    keywords: [...connection('1', '1')],
  },
  {
    path: 'virtual_server/real_server/PING_CHECK',
    keywords: [...connection('1', '1')],
  },
  {
    path: 'virtual_server/real_server/UDP_CHECK',
    keywords: [
      ...connection('1', '1'),
      acted('payload', 'value', [{ type: 'hex' }], { default: 'built-in 32 byte pattern' }),
      acted('require_reply', 'value', [{ type: 'hex', optional: true }], { default: 'off' }),
      acted('min_reply_length', 'value', [{ type: 'integer', min: 0, max: 65535, strict: true }], {
        default: '0',
      }),
      acted('max_reply_length', 'value', [{ type: 'integer', min: 0, max: 65535, strict: true }], {
        default: '255',
      }),
    ],
  },
  {
    path: 'virtual_server/real_server/HTTP_GET',
    keywords: [
      ...connection('1', '3'),
      acted('nb_get_retry', 'value', [{ type: 'integer', min: 0, max: uint32 }], { deprecatedBy: 'retry' }),
      acted('virtualhost', 'value', [{ type: 'text' }]),
      acted('http_protocol', 'value', [{ type: 'word', words: ['1.0', '1.0C', '1.0c', '1.1'] }], {
        default: '1.0',
      }),
      acted('enable_sni', 'flag', [{ type: 'boolean', optional: true }], { default: 'off' }),
      acted('sni_name', 'value', [{ type: 'text', optional: true }], {
        default: 'virtualhost',
        since: 'after 2.4.3',
      }),
      acted('fast_recovery', 'flag', [{ type: 'boolean', optional: true }], { default: 'off' }),
      acted('url', 'block'),
    ],
  },
  {
    path: 'virtual_server/real_server/HTTP_GET/url',
    keywords: [...url],
  },
  {
    path: 'virtual_server/real_server/SSL_GET',
    keywords: [
      ...connection('1', '3'),
      acted('nb_get_retry', 'value', [{ type: 'integer', min: 0, max: uint32 }], { deprecatedBy: 'retry' }),
      acted('virtualhost', 'value', [{ type: 'text' }]),
      acted('http_protocol', 'value', [{ type: 'word', words: ['1.0', '1.0C', '1.0c', '1.1'] }], {
        default: '1.0',
      }),
      acted('enable_sni', 'flag', [{ type: 'boolean', optional: true }], { default: 'off' }),
      acted('sni_name', 'value', [{ type: 'text', optional: true }], {
        default: 'virtualhost',
        since: 'after 2.4.3',
      }),
      acted('fast_recovery', 'flag', [{ type: 'boolean', optional: true }], { default: 'off' }),
      acted('tls_compliant', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'off',
        since: '2.2.8',
      }),
      acted('url', 'block'),
    ],
  },
  {
    path: 'virtual_server/real_server/SSL_GET/url',
    keywords: [
      ...url,
      acted('tls_compliant', 'flag', [{ type: 'boolean', optional: true }], {
        default: "checker's tls_compliant",
        since: 'after 2.2.7',
      }),
    ],
  },
  {
    path: 'virtual_server/real_server/DNS_CHECK',
    keywords: [
      ...connection('3', 'delay_loop'),
      acted(
        'type',
        'value',
        [
          {
            type: 'word',
            words: ['A', 'NS', 'CNAME', 'SOA', 'MX', 'TXT', 'AAAA', 'RRSIG', 'DNSKEY'],
            ignoreCase: true,
          },
        ],
        { default: 'SOA' },
      ),
      acted('name', 'value', [{ type: 'domain' }], { default: '"" (root)' }),
    ],
  },
  {
    path: 'virtual_server/real_server/FILE_CHECK',
    keywords: [
      parsed('track_file', 'value', [{ type: 'text' }]),
      parsed(
        'weight',
        'value',
        [
          { type: 'integer', min: -2147483647, max: int32 },
          { type: 'word', words: ['reverse', 'noreverse'], optional: true },
        ],
        { default: "track_file's weight" },
      ),
    ],
  },
  {
    path: 'virtual_server/real_server/BFD_CHECK',
    keywords: [
      parsed('name', 'value', [{ type: 'text' }]),
      parsed('alpha', 'flag', [{ type: 'boolean', optional: true }], { default: 'real_server' }),
    ],
  },
];
