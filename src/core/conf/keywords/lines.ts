// Words of the records inside address, route, rule, tracking and server group blocks.
// Spec: keepalived.conf(5) and the ranges keepalived's parser enforces; data only.

import { acted, type BlockKeywords, int32, parsed, uint32 } from './grammar.ts';

export const linesKeywords: readonly BlockKeywords[] = [
  {
    path: '<ip-address-line>',
    keywords: [
      acted('ADDR', 'value', [{ type: 'syntax', syntax: 'IPv4[/0..32] or IPv6[/0..128]' }], {
        default: '/32, /128',
      }),
      acted('dev', 'value', [{ type: 'interface' }], {
        default: 'instance interface (VIP) / default_interface (static)',
      }),
      acted('scope', 'value', [{ type: 'named-number', table: 'scopes', max: 255 }], { default: 'global' }),
      acted('brd', 'value', [{ type: 'syntax', syntax: 'ADDR|+|-' }]),
      acted('broadcast', 'value', [{ type: 'syntax', syntax: 'as brd' }]),
      acted('label', 'value', [{ type: 'text', maxBytes: 15 }]),
      acted('peer', 'value', [{ type: 'syntax', syntax: 'ADDR (no prefix)' }]),
      acted('home', 'flag', [], { default: 'off' }),
      acted('-nodad', 'flag', [], { default: 'DAD disabled for IPv6 by default' }),
      acted('mngtmpaddr', 'flag', [], { default: 'off' }),
      acted('noprefixroute', 'flag', [], { default: 'off' }),
      acted('autojoin', 'flag', [], { default: 'off' }),
      acted('no_track', 'flag', [], { default: 'tracked' }),
      acted('preferred_lft', 'value', [{ type: 'syntax', syntax: 'SECONDS or forever' }], {
        default: 'IPv6 /128: 0, other IPv6: forever, IPv4: forever',
      }),
      parsed('track_group', 'value', [{ type: 'text' }]),
      parsed('use_vmac', 'flag', [], { default: 'off' }),
      acted('<other>', 'value'),
    ],
  },
  {
    path: '<route-line>',
    keywords: [
      acted('DESTINATION', 'value', [{ type: 'syntax', syntax: 'default|any|all|default6|ADDR[/PREFIX]' }], {
        default: 'mandatory',
      }),
      acted('to', 'flag'),
      acted(
        'TYPE',
        'value',
        [
          {
            type: 'syntax',
            syntax:
              'unicast|local|nat|broadcast|brd|anycast|multicast|prohibit|unreachable|blackhole|xresolve|throw or 0..255',
          },
        ],
        { default: 'unicast' },
      ),
      acted('inet', 'flag'),
      acted('inet6', 'flag'),
      acted('src', 'value', [{ type: 'address' }]),
      acted('as', 'value', [{ type: 'word', words: ['to'], optional: true }, { type: 'address' }]),
      acted('via', 'value', [
        { type: 'word', words: ['inet', 'inet6'], optional: true },
        { type: 'address' },
      ]),
      acted(
        'gw',
        'value',
        [{ type: 'word', words: ['inet', 'inet6'], optional: true }, { type: 'address' }],
        { deprecatedBy: 'via' },
      ),
      acted('from', 'value', [{ type: 'syntax', syntax: 'IPv6[/PREFIX]' }]),
      acted('tos', 'value', [{ type: 'named-number', table: 'fields', max: 255 }], { default: '0' }),
      acted('dsfield', 'value', [{ type: 'named-number', table: 'fields', max: 255 }], { default: '0' }),
      acted('table', 'value', [{ type: 'named-number', table: 'tables', max: uint32 }], { default: 'main' }),
      acted('protocol', 'value', [{ type: 'named-number', table: 'protocols', max: 255 }], {
        default: '18 (keepalived)',
      }),
      acted('scope', 'value', [{ type: 'named-number', table: 'scopes', max: 255 }], { default: 'global' }),
      acted('metric', 'value', [{ type: 'integer', min: 0, max: uint32 }]),
      acted('priority', 'value', [{ type: 'integer', min: 0, max: uint32 }]),
      acted('preference', 'value', [{ type: 'integer', min: 0, max: uint32 }]),
      acted('dev', 'value', [{ type: 'interface' }]),
      acted('oif', 'value', [{ type: 'interface' }]),
      acted('onlink', 'flag', [], { default: 'off' }),
      parsed('encap', 'value', [{ type: 'syntax', syntax: '<encap>' }]),
      acted('expires', 'value', [{ type: 'integer', min: 0, max: uint32, unit: 's' }]),
      acted('mtu', 'value', [
        { type: 'word', words: ['lock'], optional: true },
        { type: 'integer', min: 0, max: uint32 },
      ]),
      acted('hoplimit', 'value', [{ type: 'integer', min: 0, max: 255 }]),
      acted('advmss', 'value', [
        { type: 'word', words: ['lock'], optional: true },
        { type: 'integer', min: 0, max: uint32 },
      ]),
      acted('rtt', 'value', [{ type: 'word', words: ['lock'], optional: true }, { type: 'time' }]),
      acted('rttvar', 'value', [{ type: 'word', words: ['lock'], optional: true }, { type: 'time' }]),
      acted('rto_min', 'value', [{ type: 'word', words: ['lock'], optional: true }, { type: 'time' }]),
      acted('reordering', 'value', [
        { type: 'word', words: ['lock'], optional: true },
        { type: 'integer', min: 0, max: uint32 },
      ]),
      acted('window', 'value', [{ type: 'integer', min: 0, max: uint32 }]),
      acted('cwnd', 'value', [
        { type: 'word', words: ['lock'], optional: true },
        { type: 'integer', min: 0, max: uint32 },
      ]),
      acted('ssthresh', 'value', [
        { type: 'word', words: ['lock'], optional: true },
        { type: 'integer', min: 0, max: uint32 },
      ]),
      acted('realms', 'value', [{ type: 'syntax', syntax: '[FROM/]TO names or 0..255', optional: true }]),
      acted('initcwnd', 'value', [{ type: 'integer', min: 0, max: uint32 }]),
      acted('initrwnd', 'value', [{ type: 'integer', min: 0, max: uint32 }]),
      acted('features', 'value', [{ type: 'word', words: ['ecn'] }]),
      acted('quickack', 'value', [{ type: 'word', words: ['0', '1'] }]),
      acted('congctl', 'value', [{ type: 'word', words: ['lock'], optional: true }, { type: 'text' }]),
      acted('pref', 'value', [{ type: 'word', words: ['low', 'medium', 'high', '0..255'] }]),
      acted('ttl-propagate', 'value', [{ type: 'word', words: ['enabled', 'disabled'] }]),
      acted('fastopen_no_cookie', 'value', [{ type: 'word', words: ['0', '1'] }]),
      acted('add', 'flag'),
      acted('prepend', 'flag', [], { default: 'default' }),
      acted('append', 'flag'),
      acted('or', 'value', [{ type: 'address' }], { deprecatedBy: 'nexthop' }),
      acted('nexthop', 'value', [{ type: 'syntax', syntax: '<nexthop>...' }]),
      acted('no_track', 'flag', [], { default: 'tracked' }),
      parsed('track_group', 'value', [{ type: 'text' }]),
      acted('vrf', 'value', [{ type: 'interface' }]),
    ],
  },
  {
    path: '<nexthop>',
    keywords: [
      acted('via', 'value', [
        { type: 'word', words: ['inet', 'inet6'], optional: true },
        { type: 'address' },
      ]),
      acted('dev', 'value', [{ type: 'interface' }]),
      acted('weight', 'value', [{ type: 'integer', min: 1, max: 256 }], { default: '1' }),
      acted('onlink', 'flag', [], { default: 'off' }),
      parsed('encap', 'value', [{ type: 'syntax', syntax: '<encap>' }]),
      acted('realms', 'value', [{ type: 'syntax', syntax: '[FROM/]TO', optional: true }]),
      acted('as', 'value', [{ type: 'word', words: ['to'], optional: true }, { type: 'address' }]),
    ],
  },
  {
    path: '<encap>',
    keywords: [
      parsed('ip', 'value', [
        {
          type: 'syntax',
          syntax: '[id U64] [dst IPv4] [src IPv4] [tos DSFIELD] [ttl 0..255] [flags 0..65535]',
          optional: true,
        },
      ]),
      parsed('ip6', 'value', [
        {
          type: 'syntax',
          syntax: '[id U64] [dst IPv6] [src IPv6] [tc DSFIELD] [hoplimit 0..255] [flags 0..65535]',
          optional: true,
        },
      ]),
      parsed('mpls', 'value', [{ type: 'syntax', syntax: 'LABEL[/LABEL...]' }]),
      parsed('ila', 'value', [
        { type: 'syntax', syntax: 'LOCATOR (4 groups of 1-4 hex digits with colons)' },
      ]),
    ],
  },
  {
    path: '<rule-line>',
    keywords: [
      acted('inet', 'flag'),
      acted('inet6', 'flag'),
      acted('from', 'value', [{ type: 'syntax', syntax: 'default|any|all|default6|ADDR[/PREFIX]' }], {
        default: 'any',
      }),
      acted('to', 'value', [{ type: 'syntax', syntax: 'as from' }], { default: 'any' }),
      acted('table', 'value', [{ type: 'named-number', table: 'tables', max: uint32 }]),
      acted('lookup', 'value', [{ type: 'named-number', table: 'tables', max: uint32 }]),
      acted('not', 'flag', [], { default: 'off' }),
      acted('preference', 'value', [{ type: 'integer', min: 0, max: uint32 }], {
        default: 'auto descending from 16384 with error',
      }),
      acted('order', 'value', [{ type: 'integer', min: 0, max: uint32 }]),
      acted('priority', 'value', [{ type: 'integer', min: 0, max: uint32 }]),
      acted('tos', 'value', [{ type: 'named-number', table: 'fields', max: 255 }], { default: '0' }),
      acted('dsfield', 'value', [{ type: 'named-number', table: 'fields', max: 255 }], { default: '0' }),
      acted('fwmark', 'value', [{ type: 'syntax', syntax: 'MARK[/MASK] (base 0)' }]),
      acted('realms', 'value', [{ type: 'syntax', syntax: '[FROM/]TO', optional: true }]),
      acted('suppress_prefixlength', 'value', [{ type: 'integer', min: 0, max: int32 }]),
      acted('sup_pl', 'value', [{ type: 'integer', min: 0, max: uint32 }]),
      acted('suppress_ifgroup', 'value', [{ type: 'named-number', table: 'groups', max: uint32 }]),
      acted('sup_group', 'value', [{ type: 'named-number', table: 'groups', max: uint32 }]),
      acted('dev', 'value', [{ type: 'interface' }]),
      acted('iif', 'value', [{ type: 'interface' }]),
      acted('oif', 'value', [{ type: 'interface' }]),
      acted('tunnel-id', 'value', [{ type: 'syntax', syntax: 'U64' }]),
      acted('uidrange', 'value', [{ type: 'syntax', syntax: 'START-END' }]),
      acted('l3mdev', 'flag', [], { default: 'off' }),
      acted('protocol', 'value', [{ type: 'integer', min: 0, max: 255 }], { default: '18 (keepalived)' }),
      acted('ipproto', 'value', [{ type: 'syntax', syntax: 'NAME or 0..255' }]),
      acted('sport', 'value', [{ type: 'syntax', syntax: 'LOW-HIGH' }]),
      acted('dport', 'value', [{ type: 'syntax', syntax: 'LOW-HIGH' }]),
      acted('type', 'flag'),
      acted('goto', 'value', [{ type: 'syntax', syntax: 'PREFERENCE' }]),
      acted('nop', 'flag'),
      acted('blackhole', 'flag'),
      acted('unreachable', 'flag'),
      acted('prohibit', 'flag'),
      acted('no_track', 'flag', [], { default: 'tracked' }),
      parsed('track_group', 'value', [{ type: 'text' }]),
    ],
  },
  {
    path: '<track-interface-line>',
    keywords: [
      acted('IFNAME', 'value'),
      acted(
        'weight',
        'value',
        [
          { type: 'integer', min: -254, max: 254 },
          { type: 'word', words: ['reverse'], optional: true },
        ],
        { default: '0' },
      ),
    ],
  },
  {
    path: '<track-script-line>',
    keywords: [
      acted('NAME', 'value'),
      acted(
        'weight',
        'value',
        [
          { type: 'integer', min: -254, max: 254 },
          { type: 'word', words: ['reverse', 'noreverse'], optional: true },
        ],
        { default: 'weight of vrrp_script' },
      ),
    ],
  },
  {
    path: '<track-file-line>',
    keywords: [
      parsed('NAME', 'value'),
      parsed(
        'weight',
        'value',
        [
          { type: 'integer', min: -254, max: 254 },
          { type: 'word', words: ['reverse', 'noreverse'], optional: true },
        ],
        { default: 'weight of track_file' },
      ),
    ],
  },
  {
    path: '<track-process-line>',
    keywords: [
      parsed('NAME', 'value'),
      parsed(
        'weight',
        'value',
        [
          { type: 'integer', min: -254, max: 254 },
          { type: 'word', words: ['reverse', 'noreverse'], optional: true },
        ],
        { default: 'weight of vrrp_track_process' },
      ),
    ],
  },
  {
    path: '<track-bfd-line>',
    keywords: [
      parsed('NAME', 'value'),
      parsed(
        'weight',
        'value',
        [
          { type: 'integer', min: -253, max: 253 },
          { type: 'word', words: ['reverse', 'noreverse'], optional: true },
        ],
        { default: 'weight of bfd_instance' },
      ),
    ],
  },
  {
    path: '<vsg-line>',
    keywords: [
      acted('ADDR', 'value', [
        {
          type: 'syntax',
          syntax: '{IP | IP-END (IPv4: last byte, decimal; IPv6: last group, hex) | IP-IP | IP/MASK} [PORT]',
        },
      ]),
      acted('fwmark', 'value', [{ type: 'integer', min: 0, max: uint32 }], {
        default: 'family of real servers',
      }),
    ],
  },
];
