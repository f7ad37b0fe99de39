// Keywords of sync groups, track groups, tracking scripts, processes and ARP pacing groups.
// Spec: keepalived.conf(5) and the ranges keepalived's parser enforces; data only.

import { garpGroup } from '../blocks/garp-group.ts';
import { vrrpScript } from '../blocks/vrrp-script.ts';
import { acted, type BlockKeywords, parsed } from './grammar.ts';

export const vrrpGroupsKeywords: readonly BlockKeywords[] = [
  {
    path: 'track_group',
    keywords: [parsed('group', 'lines', [{ type: 'syntax', syntax: 'VRRP_INSTANCE' }])],
  },
  {
    path: 'vrrp_sync_group',
    keywords: [
      acted('group', 'lines', [{ type: 'syntax', syntax: 'VRRP_INSTANCE' }]),
      acted('track_interface', 'lines', [{ type: 'syntax', syntax: '<track-interface-line>' }]),
      acted('track_script', 'lines', [{ type: 'syntax', syntax: '<track-script-line>' }]),
      parsed('track_file', 'lines', [{ type: 'syntax', syntax: '<track-file-line>' }]),
      parsed('track_process', 'lines', [{ type: 'syntax', syntax: '<track-process-line>' }]),
      parsed('track_bfd', 'lines', [{ type: 'syntax', syntax: '<track-bfd-line>' }]),
      acted('notify_backup', 'value', [{ type: 'script' }, { type: 'user', optional: true }]),
      acted('notify_master', 'value', [{ type: 'script' }, { type: 'user', optional: true }]),
      acted('notify_fault', 'value', [{ type: 'script' }, { type: 'user', optional: true }]),
      acted('notify_stop', 'value', [{ type: 'script' }, { type: 'user', optional: true }]),
      acted('notify', 'value', [{ type: 'script' }, { type: 'user', optional: true }]),
      parsed('smtp_alert', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'smtp_alert_vrrp / smtp_alert / false',
      }),
      acted('global_tracking', 'flag', [], { default: 'off', deprecatedBy: 'sync_group_tracking_weight' }),
      acted('sync_group_tracking_weight', 'flag', [], { default: 'off' }),
      acted('notify_priority_changes', 'flag', [{ type: 'boolean', optional: true }]),
    ],
  },
  garpGroup,
  vrrpScript,
  {
    path: 'vrrp_track_process',
    keywords: [
      parsed('process', 'value', [{ type: 'syntax', syntax: 'PATH [ARGS...]' }]),
      parsed('param_match', 'value', [{ type: 'word', words: ['initial', 'partial'], optional: true }], {
        default: 'exact when ARGS or no word',
      }),
      parsed(
        'weight',
        'value',
        [
          { type: 'integer', min: -254, max: 254 },
          { type: 'word', words: ['reverse'], optional: true },
        ],
        { default: '0' },
      ),
      parsed('quorum', 'value', [{ type: 'integer', min: 1, max: 65535 }], { default: '1' }),
      parsed('quorum_max', 'value', [{ type: 'integer', min: 0, max: 65535 }], { default: 'unlimited' }),
      parsed('delay', 'value', [{ type: 'decimal', min: 1e-6, max: 3600, unit: 's', decimals: 6 }], {
        default: '0',
      }),
      parsed(
        'terminate_delay',
        'value',
        [{ type: 'decimal', min: 1e-6, max: 3600, unit: 's', decimals: 6 }],
        { default: '0' },
      ),
      parsed('fork_delay', 'value', [{ type: 'decimal', min: 1e-6, max: 3600, unit: 's', decimals: 6 }], {
        default: '0',
      }),
      parsed('full_command', 'flag', [], { default: 'off' }),
    ],
  },
];
