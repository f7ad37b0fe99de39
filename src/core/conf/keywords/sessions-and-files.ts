// Keywords of bfd_instance, track_file and its older name.
// Spec: keepalived.conf(5) and the ranges keepalived's parser enforces; data only.

import { type BlockKeywords, parsed } from './grammar.ts';

export const sessionsAndFilesKeywords: readonly BlockKeywords[] = [
  {
    path: 'bfd_instance',
    keywords: [
      parsed('source_ip', 'value', [{ type: 'address' }]),
      parsed('neighbor_ip', 'value', [{ type: 'address' }]),
      parsed('neighbour_ip', 'value', [{ type: 'address' }]),
      parsed('min_rx', 'value', [{ type: 'decimal', min: 1, max: 4294967, unit: 'ms', decimals: 3 }], {
        default: '10',
      }),
      parsed('min_tx', 'value', [{ type: 'decimal', min: 1, max: 4294967, unit: 'ms', decimals: 3 }], {
        default: '10',
      }),
      parsed('idle_tx', 'value', [{ type: 'decimal', min: 1000, max: 4294967, unit: 'ms', decimals: 3 }], {
        default: '1000',
      }),
      parsed('multiplier', 'value', [{ type: 'integer', min: 1, max: 255, strict: true }], { default: '5' }),
      parsed('passive', 'flag', [], { default: 'off' }),
      parsed('ttl', 'value', [{ type: 'integer', min: 1, max: 255, strict: true }], {
        default: '255 (IPv4) / 64 (IPv6)',
      }),
      parsed('hoplimit', 'value', [{ type: 'integer', min: 1, max: 255, strict: true }], {
        default: 'as ttl',
      }),
      parsed('max_hops', 'value', [{ type: 'integer', min: -1, max: 255, strict: true }], { default: '0' }),
      parsed('multihop', 'flag', [{ type: 'boolean', optional: true }], { default: 'off', since: '2.2.8' }),
      parsed(
        'weight',
        'value',
        [
          { type: 'integer', min: -253, max: 253 },
          { type: 'word', words: ['reverse'], optional: true },
        ],
        { default: '0' },
      ),
      parsed('vrrp', 'flag', [], { default: 'both vrrp and checker when neither given' }),
      parsed('checker', 'flag', [], { default: 'both when neither given' }),
    ],
  },
  {
    path: 'track_file',
    keywords: [
      parsed('file', 'value', [{ type: 'path' }]),
      parsed(
        'weight',
        'value',
        [
          { type: 'integer', min: -254, max: 254 },
          { type: 'word', words: ['reverse'], optional: true },
        ],
        { default: '1' },
      ),
      parsed('init_file', 'value', [{ type: 'syntax', syntax: '[VALUE] [overwrite]', optional: true }], {
        default: 'no init; VALUE 0',
      }),
    ],
  },
  {
    path: 'vrrp_track_file',
    keywords: [
      parsed('file', 'value', [{ type: 'path' }], { deprecatedBy: 'track_file block' }),
      parsed(
        'weight',
        'value',
        [
          { type: 'integer', min: -254, max: 254 },
          { type: 'word', words: ['reverse'], optional: true },
        ],
        { default: '1', deprecatedBy: 'track_file block' },
      ),
      parsed('init_file', 'value', [{ type: 'syntax', syntax: '[VALUE] [overwrite]', optional: true }], {
        deprecatedBy: 'track_file block',
      }),
    ],
  },
];
