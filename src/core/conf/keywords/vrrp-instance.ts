// Keywords of vrrp_instance and the blocks inside it.
// Spec: keepalived.conf(5) and the ranges keepalived's parser enforces; data only.

import { authHmac } from '../blocks/auth-hmac.ts';
import { acted, type BlockKeywords, int32, parsed, uint32 } from './grammar.ts';

export const vrrpInstanceKeywords: readonly BlockKeywords[] = [
  {
    path: 'vrrp_instance',
    keywords: [
      parsed(
        'use_vmac',
        'value',
        [
          {
            type: 'syntax',
            syntax: '[[name] IFNAME] [MAC] [netlink_notify_msg] [group GROUP]',
            optional: true,
          },
        ],
        {
          default:
            'name PREFIX.VRID with PREFIX = vmac_prefix or vrrp, on clash PREFIXn.VRID (IPv6 tries n=6 first); MAC 00:00:5e:00:01:VRID (02 for IPv6)',
        },
      ),
      parsed('use_vmac_addr', 'flag', [], { default: 'off' }),
      parsed('vmac_xmit_base', 'flag', [], { default: 'off' }),
      parsed(
        'use_ipvlan',
        'value',
        [
          {
            type: 'syntax',
            syntax: '[[name] IFNAME] [ADDR[/PREFIX]] [bridge|private|vepa] [group GROUP]',
            optional: true,
          },
        ],
        { default: 'bridge; name generated like use_vmac' },
      ),
      acted('unicast_peer', 'lines', [{ type: 'syntax', syntax: 'ADDR [min_ttl 0..255] [max_ttl 0..255]' }]),
      acted('unicast_fault_no_peer', 'flag', [], { default: 'off' }),
      acted('check_unicast_src', 'flag', [], { default: 'off' }),
      parsed('old_unicast_checksum', 'value', [{ type: 'word', words: ['never'], optional: true }], {
        default: 'auto',
      }),
      acted('native_ipv6', 'flag', [], { default: 'off' }),
      acted('state', 'value', [{ type: 'word', words: ['MASTER', 'BACKUP'] }], {
        default: 'BACKUP (255: MASTER)',
      }),
      acted('interface', 'value', [{ type: 'interface' }], { default: 'none (needed unless unicast)' }),
      parsed('vrf', 'value', [{ type: 'interface' }]),
      acted('dont_track_primary', 'flag', [], { default: 'off' }),
      acted('track_interface', 'lines', [{ type: 'syntax', syntax: '<track-interface-line>' }]),
      acted('track_script', 'lines', [{ type: 'syntax', syntax: '<track-script-line>' }]),
      parsed('track_file', 'lines', [{ type: 'syntax', syntax: '<track-file-line>' }]),
      parsed('track_process', 'lines', [{ type: 'syntax', syntax: '<track-process-line>' }]),
      parsed('track_bfd', 'lines', [{ type: 'syntax', syntax: '<track-bfd-line>' }]),
      acted('mcast_src_ip', 'value', [{ type: 'address' }], {
        default: 'primary address of interface (IPv6: link-local)',
      }),
      acted('unicast_src_ip', 'value', [{ type: 'address' }], { default: 'primary address of interface' }),
      acted('mcast_dst_ip', 'value', [{ type: 'address' }], { default: 'vrrp_mcast_group4/6' }),
      acted('track_src_ip', 'flag', [], { default: 'off' }),
      acted('virtual_router_id', 'value', [{ type: 'integer', min: 1, max: 255, strict: true }]),
      acted('unicast_ttl', 'value', [{ type: 'integer', min: 0, max: 255, strict: true }], {
        default: '255 for IPv4; IPv6: kernel default hop limit',
      }),
      acted('version', 'value', [{ type: 'integer', min: 2, max: 3 }], { default: 'vrrp_version' }),
      acted('priority', 'value', [{ type: 'integer', min: 1, max: 255, strict: true }], {
        default: '100; 255 when state MASTER was given and no priority',
      }),
      acted('advert_int', 'value', [{ type: 'decimal', min: 0.01, max: 255, unit: 's', decimals: 6 }], {
        default: '1',
      }),
      acted('virtual_ipaddress', 'lines', [{ type: 'syntax', syntax: '<ip-address-line>' }]),
      acted('virtual_ipaddress_excluded', 'lines', [{ type: 'syntax', syntax: '<ip-address-line>' }]),
      acted('no_virtual_ipaddress', 'flag', [], { default: 'off', since: '2.2.8' }),
      parsed('promote_secondaries', 'flag', [], { default: 'off' }),
      parsed('linkbeat_use_polling', 'flag', [], {
        default: 'off',
        deprecatedBy: 'linkbeat_interfaces block',
      }),
      acted('v3_checksum_as_v2', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'global v3_checksum_as_v2',
        since: '2.2.8',
      }),
      acted('virtual_routes', 'lines', [{ type: 'syntax', syntax: '<route-line>' }]),
      acted('virtual_rules', 'lines', [{ type: 'syntax', syntax: '<rule-line>' }]),
      parsed('accept', 'flag', [], { default: 'true for owner or when not strict' }),
      parsed('no_accept', 'flag'),
      acted('skip_check_adv_addr', 'flag', [{ type: 'boolean', optional: true }], { default: 'global' }),
      parsed('strict_mode', 'flag', [{ type: 'boolean', optional: true }], { default: 'vrrp_strict' }),
      acted('preempt', 'flag', [], { default: 'on' }),
      acted('nopreempt', 'flag', [], { default: 'off' }),
      acted('preempt_delay', 'value', [{ type: 'decimal', min: 0, max: 1000, unit: 's', decimals: 6 }], {
        default: '0',
      }),
      parsed('debug', 'value', [{ type: 'integer', min: 0, max: 4 }], { default: '0' }),
      acted('notify_backup', 'value', [{ type: 'script' }, { type: 'user', optional: true }]),
      acted('notify_master', 'value', [{ type: 'script' }, { type: 'user', optional: true }]),
      acted('notify_fault', 'value', [{ type: 'script' }, { type: 'user', optional: true }]),
      acted('notify_stop', 'value', [{ type: 'script' }, { type: 'user', optional: true }]),
      acted('notify_deleted', 'value', [{ type: 'script', optional: true }], { default: 'off' }),
      acted('notify', 'value', [{ type: 'script' }, { type: 'user', optional: true }]),
      acted('notify_master_rx_lower_pri', 'value', [{ type: 'script' }, { type: 'user', optional: true }]),
      parsed('smtp_alert', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'smtp_alert_vrrp / smtp_alert / false',
      }),
      acted('notify_priority_changes', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'sync group setting, else vrrp_notify_priority_changes',
      }),
      parsed('lvs_sync_daemon_interface', 'value', [{ type: 'interface' }], {
        deprecatedBy: 'global_defs lvs_sync_daemon',
      }),
      acted('garp_master_delay', 'value', [{ type: 'integer', min: 0, max: 4294, unit: 's' }], {
        default: 'vrrp_garp_master_delay at time block starts',
      }),
      acted('garp_master_refresh', 'value', [{ type: 'integer', min: 0, max: uint32, unit: 's' }], {
        default: 'vrrp_garp_master_refresh',
      }),
      acted('garp_master_repeat', 'value', [{ type: 'integer', min: 0, max: uint32 }], {
        default: 'vrrp_garp_master_repeat',
      }),
      acted('garp_master_refresh_repeat', 'value', [{ type: 'integer', min: 0, max: uint32 }], {
        default: 'vrrp_garp_master_refresh_repeat',
      }),
      acted('garp_lower_prio_delay', 'value', [{ type: 'integer', min: 0, max: 4294, unit: 's' }], {
        default: 'vrrp_garp_lower_prio_delay (0 in strict mode)',
      }),
      acted('garp_lower_prio_repeat', 'value', [{ type: 'integer', min: 0, max: int32 }], {
        default: 'vrrp_garp_lower_prio_repeat (0 in strict mode)',
      }),
      acted('down_timer_adverts', 'value', [{ type: 'integer', min: 1, max: 100 }], {
        default: 'vrrp_down_timer_adverts',
      }),
      acted(
        'timer_expired_backup',
        'value',
        [{ type: 'integer', min: 1, max: 254, strict: true, optional: true }],
        { default: '254 when given; off otherwise', since: '2.2.8' },
      ),
      acted('thread_timer_expired', 'value', [{ type: 'integer', min: 1, max: 254, optional: true }], {
        since: '2.3.2',
        deprecatedBy: 'timer_expired_backup',
      }),
      parsed(
        'garp_extra_if',
        'value',
        [
          { type: 'word', words: ['all'], optional: true },
          { type: 'integer', min: 0, max: 86400, unit: 's' },
        ],
        { default: 'vrrp_garp_extra_if' },
      ),
      parsed(
        'vmac_garp_intvl',
        'value',
        [
          { type: 'word', words: ['all'], optional: true },
          { type: 'integer', min: 0, max: 86400, unit: 's' },
        ],
        { deprecatedBy: 'garp_extra_if' },
      ),
      acted('lower_prio_no_advert', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'vrrp_lower_prio_no_advert',
      }),
      acted('higher_prio_send_advert', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'vrrp_higher_prio_send_advert',
      }),
      acted('owner_ignore_adverts', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'vrrp_owner_ignore_adverts',
        since: '2.3.3',
      }),
      parsed(
        'kernel_rx_buf_size',
        'value',
        [{ type: 'integer', min: 0, max: uint32, strict: true, unit: 'bytes' }],
        { default: 'from vrrp_rx_bufs_policy' },
      ),
      acted('authentication', 'block'),
      parsed('auth_hmac', 'block', [], { since: '2.4.0' }),
    ],
  },
  {
    path: 'vrrp_instance/authentication',
    keywords: [
      acted('auth_type', 'value', [{ type: 'word', words: ['PASS', 'AH'] }]),
      acted('auth_pass', 'value', [{ type: 'text', maxBytes: 8 }]),
    ],
  },
  authHmac,
  {
    path: 'vrrp_instance/unicast_peer',
    keywords: [
      parsed('ADDR', 'value', [{ type: 'address' }]),
      parsed('min_ttl', 'value', [{ type: 'integer', min: 0, max: 255 }], { default: '0' }),
      parsed('max_ttl', 'value', [{ type: 'integer', min: 0, max: 255 }], { default: '255' }),
    ],
  },
];
