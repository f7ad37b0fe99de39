// Keywords of global_defs.
// Spec: keepalived.conf(5) and the ranges keepalived's parser enforces; data only.

import { acted, type BlockKeywords, int32, parsed, uint32 } from './grammar.ts';

export const globalDefsKeywords: readonly BlockKeywords[] = [
  {
    path: 'global_defs',
    keywords: [
      parsed('process_names', 'flag', [], { default: 'off' }),
      parsed('process_name', 'value', [{ type: 'text', maxBytes: 15 }]),
      parsed('vrrp_process_name', 'value', [{ type: 'text', maxBytes: 15 }]),
      parsed('checker_process_name', 'value', [{ type: 'text', maxBytes: 15 }]),
      parsed('lvs_process_name', 'value', [{ type: 'text', maxBytes: 15 }], {
        deprecatedBy: 'checker_process_name',
      }),
      parsed('bfd_process_name', 'value', [{ type: 'text', maxBytes: 15 }]),
      parsed('use_symlink_paths', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'off',
        since: '2.3.0',
      }),
      parsed('set_supplementary_groups', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'off',
        since: 'after 2.4.3',
      }),
      parsed('router_id', 'value', [{ type: 'text' }], { default: 'hostname' }),
      parsed('notification_email_from', 'value', [{ type: 'email' }], { default: 'USER@HOSTNAME' }),
      parsed('smtp_server', 'value', [{ type: 'host' }, { type: 'port', optional: true }], {
        default: 'port 25',
      }),
      parsed('smtp_helo_name', 'value', [{ type: 'text' }], { default: 'hostname', bare: 'ignored' }),
      parsed('smtp_connect_timeout', 'value', [{ type: 'integer', min: 0, max: 4294, unit: 's' }], {
        default: '30',
      }),
      parsed('notification_email', 'lines', [{ type: 'syntax', syntax: 'EMAIL' }]),
      parsed('smtp_alert', 'flag', [{ type: 'boolean', optional: true }]),
      parsed('startup_script', 'value', [{ type: 'script' }, { type: 'user', optional: true }], {
        once: true,
      }),
      parsed('startup_script_timeout', 'value', [{ type: 'integer', min: 1, max: 1000, unit: 's' }], {
        default: '10',
      }),
      parsed('shutdown_script', 'value', [{ type: 'script' }, { type: 'user', optional: true }], {
        once: true,
      }),
      parsed('shutdown_script_timeout', 'value', [{ type: 'integer', min: 1, max: 1000, unit: 's' }], {
        default: '10',
      }),
      parsed('max_auto_priority', 'value', [{ type: 'integer', min: -1, max: 99, optional: true }], {
        default: '0',
      }),
      parsed('min_auto_priority_delay', 'value', [{ type: 'integer', min: 1, max: 10000000, unit: 'us' }], {
        default: '1000000',
      }),
      parsed('smtp_alert_vrrp', 'flag', [{ type: 'boolean', optional: true }]),
      parsed('smtp_alert_checker', 'flag', [{ type: 'boolean', optional: true }]),
      acted('checker_log_all_failures', 'flag', [{ type: 'boolean', optional: true }], { default: 'off' }),
      acted('dynamic_interfaces', 'flag', [{ type: 'word', words: ['allow_if_changes'], optional: true }], {
        default: 'off',
      }),
      parsed('no_email_faults', 'flag', [], { default: 'off' }),
      acted('default_interface', 'value', [{ type: 'interface' }], { default: 'eth0' }),
      parsed('disable_local_igmp', 'flag', [], { default: 'off' }),
      acted('v3_checksum_as_v2', 'flag', [], { default: 'off', since: '2.2.8' }),
      acted(
        'lvs_timeouts',
        'value',
        [{ type: 'syntax', syntax: '[tcp SEC] [tcpfin SEC] [udp SEC]; each 0..2678400', optional: true }],
        { default: 'kernel defaults (0 = leave)' },
      ),
      acted('lvs_flush', 'flag', [], { default: 'off' }),
      parsed('lvs_flush_on_stop', 'value', [{ type: 'word', words: ['VS'], optional: true }], {
        default: 'off',
      }),
      parsed('lvs_flush_onstop', 'value', [{ type: 'word', words: ['VS'], optional: true }], {
        default: 'off',
        deprecatedBy: 'lvs_flush_on_stop',
      }),
      parsed(
        'lvs_sync_daemon',
        'value',
        [
          {
            type: 'syntax',
            syntax:
              'IFNAME [inst VRRP_INSTANCE] [id 0..255] [maxlen 1..65507] [port 1..65535] [ttl 1..255] [group MCAST_ADDR]',
          },
        ],
        { default: 'id = VRID of inst (0 if no inst); maxlen/port/ttl/group kernel default' },
      ),
      acted('vrrp_mcast_group4', 'value', [{ type: 'address', family: 'inet', multicast: true }], {
        default: '224.0.0.18',
      }),
      acted('vrrp_mcast_group6', 'value', [{ type: 'address', family: 'inet6', multicast: true }], {
        default: 'ff02::12',
      }),
      acted('vrrp_garp_master_delay', 'value', [{ type: 'integer', min: 0, max: 4294, unit: 's' }], {
        default: '5',
      }),
      acted('vrrp_garp_master_repeat', 'value', [{ type: 'integer', min: 0, max: uint32 }], { default: '5' }),
      acted('vrrp_garp_master_refresh', 'value', [{ type: 'integer', min: 0, max: uint32, unit: 's' }], {
        default: '0 (off)',
      }),
      acted('vrrp_garp_master_refresh_repeat', 'value', [{ type: 'integer', min: 0, max: uint32 }], {
        default: '1',
      }),
      acted('vrrp_garp_lower_prio_delay', 'value', [{ type: 'integer', min: 0, max: 4294, unit: 's' }], {
        default: 'vrrp_garp_master_delay',
      }),
      acted('vrrp_garp_lower_prio_repeat', 'value', [{ type: 'integer', min: 0, max: int32 }], {
        default: 'vrrp_garp_master_repeat',
      }),
      acted('vrrp_down_timer_adverts', 'value', [{ type: 'integer', min: 1, max: 100 }], { default: '3' }),
      acted(
        'vrrp_garp_interval',
        'value',
        [{ type: 'decimal', min: 1e-6, max: 4294.967295, unit: 's', decimals: 6 }],
        { default: '0' },
      ),
      acted(
        'vrrp_gna_interval',
        'value',
        [{ type: 'decimal', min: 1e-6, max: 4294.967295, unit: 's', decimals: 6 }],
        { default: '0' },
      ),
      acted('vrrp_min_garp', 'flag', [{ type: 'boolean', optional: true }], { default: 'off' }),
      parsed(
        'vrrp_garp_extra_if',
        'value',
        [
          { type: 'word', words: ['all'], optional: true },
          { type: 'integer', min: 1, max: 86400, unit: 's' },
        ],
        { default: 'off' },
      ),
      parsed(
        'vrrp_vmac_garp_intvl',
        'value',
        [
          { type: 'word', words: ['all'], optional: true },
          { type: 'integer', min: 1, max: 86400, unit: 's' },
        ],
        { default: 'off', deprecatedBy: 'vrrp_garp_extra_if' },
      ),
      acted('vrrp_lower_prio_no_advert', 'flag', [{ type: 'boolean', optional: true }], { default: 'off' }),
      acted('vrrp_higher_prio_send_advert', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'off',
      }),
      acted('vrrp_version', 'value', [{ type: 'integer', min: 2, max: 3 }], { default: '2' }),
      parsed(
        'vrrp_iptables',
        'value',
        [{ type: 'syntax', syntax: '[IN_CHAIN [OUT_CHAIN]]', optional: true }],
        {
          default: 'INPUT OUTPUT (when given without words)',
          deprecatedBy: 'nftables',
        },
      ),
      parsed(
        'vrrp_ipsets',
        'value',
        [{ type: 'syntax', syntax: '[SET [SET6 [SET_IF6 [SET_IGMP [SET_MLD [SET_ND]]]]]]', optional: true }],
        { default: 'keepalived keepalived6 keepalived_if6 keepalived_igmp keepalived_mld keepalived_nd' },
      ),
      parsed('nftables', 'value', [{ type: 'text', maxBytes: 254, optional: true }], {
        default: 'keepalived',
      }),
      parsed(
        'nftables_priority',
        'value',
        [{ type: 'integer', min: -2147483648, max: int32, strict: true }],
        { default: '-1' },
      ),
      parsed('nftables_ifindex', 'flag', [], { default: 'off' }),
      acted('vrrp_check_unicast_src', 'flag', [], { default: 'off' }),
      acted('vrrp_skip_check_adv_addr', 'flag', [{ type: 'boolean', optional: true }], { default: 'off' }),
      parsed('vrrp_strict', 'flag', [{ type: 'boolean', optional: true }], { default: 'off' }),
      parsed('vrrp_priority', 'value', [{ type: 'integer', min: -20, max: 19 }], { default: '0' }),
      parsed('vrrp_no_swap', 'flag', [], { default: 'off' }),
      parsed('vrrp_rt_priority', 'value', [{ type: 'integer', min: 1, max: 99 }]),
      parsed('vrrp_cpu_affinity', 'list', [{ type: 'integer', min: 0, max: 65535, repeated: true }], {
        default: 'all',
      }),
      parsed('vrrp_rlimit_rttime', 'value', [{ type: 'integer', min: 1, max: uint32, unit: 'us' }], {
        default: '10000',
      }),
      parsed('vrrp_rlimit_rtime', 'value', [{ type: 'integer', min: 1, max: uint32, unit: 'us' }], {
        default: '10000',
        deprecatedBy: 'vrrp_rlimit_rttime',
      }),
      parsed('nftables_ipvs', 'value', [{ type: 'text', maxBytes: 254, optional: true }], {
        default: 'keepalived_ipvs',
      }),
      parsed(
        'nftables_ipvs_priority',
        'value',
        [{ type: 'integer', min: -2147483648, max: int32, strict: true }],
        { default: '-1' },
      ),
      parsed(
        'nftables_ipvs_start_fwmark',
        'value',
        [{ type: 'integer', min: 1, max: uint32, strict: true }],
        { default: '1000' },
      ),
      parsed('nftables_counters', 'flag', [], { default: 'off' }),
      parsed('notify_fifo', 'value', [{ type: 'path' }, { type: 'user', optional: true }], { once: true }),
      parsed('notify_fifo_script', 'value', [{ type: 'script' }, { type: 'user', optional: true }], {
        once: true,
      }),
      parsed('vrrp_notify_fifo', 'value', [{ type: 'path' }, { type: 'user', optional: true }], {
        once: true,
      }),
      parsed('vrrp_notify_fifo_script', 'value', [{ type: 'script' }, { type: 'user', optional: true }], {
        once: true,
      }),
      acted('vrrp_notify_priority_changes', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'off',
      }),
      parsed('fifo_write_vrrp_states_on_reload', 'flag', [], { default: 'off' }),
      parsed('lvs_notify_fifo', 'value', [{ type: 'path' }, { type: 'user', optional: true }], {
        once: true,
      }),
      parsed('lvs_notify_fifo_script', 'value', [{ type: 'script' }, { type: 'user', optional: true }], {
        once: true,
      }),
      parsed('checker_priority', 'value', [{ type: 'integer', min: -20, max: 19 }], { default: '0' }),
      parsed('checker_no_swap', 'flag', [], { default: 'off' }),
      parsed('checker_rt_priority', 'value', [{ type: 'integer', min: 1, max: 99 }]),
      parsed('checker_cpu_affinity', 'list', [{ type: 'integer', min: 0, max: 65535, repeated: true }], {
        default: 'all',
      }),
      parsed('checker_rlimit_rttime', 'value', [{ type: 'integer', min: 1, max: uint32, unit: 'us' }], {
        default: '10000',
      }),
      parsed('checker_rlimit_rtime', 'value', [{ type: 'integer', min: 1, max: uint32, unit: 'us' }], {
        default: '10000',
        deprecatedBy: 'checker_rlimit_rttime',
      }),
      parsed('bfd_priority', 'value', [{ type: 'integer', min: -20, max: 19 }], { default: '0' }),
      parsed('bfd_no_swap', 'flag', [], { default: 'off' }),
      parsed('bfd_rt_priority', 'value', [{ type: 'integer', min: 1, max: 99 }]),
      parsed('bfd_cpu_affinity', 'list', [{ type: 'integer', min: 0, max: 65535, repeated: true }], {
        default: 'all',
      }),
      parsed('bfd_rlimit_rttime', 'value', [{ type: 'integer', min: 1, max: uint32, unit: 'us' }], {
        default: '10000',
      }),
      parsed('bfd_rlimit_rtime', 'value', [{ type: 'integer', min: 1, max: uint32, unit: 'us' }], {
        default: '10000',
        deprecatedBy: 'bfd_rlimit_rttime',
      }),
      parsed('snmp_socket', 'value', [{ type: 'text' }], {
        default: 'net-snmp default unix:/var/agentx/master',
        once: true,
      }),
      parsed('enable_traps', 'flag', [], { default: 'off' }),
      parsed('enable_snmp_vrrp', 'flag', [], { default: 'off' }),
      parsed('enable_snmp_keepalived', 'flag', [], { default: 'off', deprecatedBy: 'enable_snmp_vrrp' }),
      parsed('enable_snmp_rfc', 'flag', [], { default: 'off' }),
      parsed('enable_snmp_rfcv2', 'flag', [], { default: 'off' }),
      parsed('enable_snmp_rfcv3', 'flag', [], { default: 'off' }),
      parsed('enable_snmp_checker', 'flag', [], { default: 'off' }),
      parsed(
        'snmp_vs_stats_update_interval',
        'value',
        [{ type: 'decimal', min: 0.001, max: 30, unit: 's', decimals: 6 }],
        { default: '5', since: '2.3.0' },
      ),
      parsed(
        'snmp_rs_stats_update_interval',
        'value',
        [{ type: 'decimal', min: 0.001, max: 30, unit: 's', decimals: 6 }],
        { default: 'value of snmp_vs_stats_update_interval', since: '2.3.0' },
      ),
      parsed('enable_dbus', 'flag', [], { default: 'off' }),
      parsed('dbus_service_name', 'value', [{ type: 'text' }], { default: 'org.keepalived.Vrrp1' }),
      parsed('dbus_no_interface_name', 'value', [{ type: 'text' }], {
        default: 'none (the literal word)',
        since: '2.3.0',
      }),
      acted('script_user', 'value', [{ type: 'user' }], {
        default: 'keepalived_script if that user exists else daemon user',
      }),
      acted('enable_script_security', 'flag', [], { default: 'off' }),
      parsed(
        'vrrp_netlink_cmd_rcv_bufs',
        'value',
        [{ type: 'integer', min: 0, max: uint32, unit: 'bytes' }],
        { default: 'kernel default' },
      ),
      parsed('vrrp_netlink_cmd_rcv_bufs_force', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'off',
      }),
      parsed(
        'vrrp_netlink_monitor_rcv_bufs',
        'value',
        [{ type: 'integer', min: 0, max: uint32, unit: 'bytes' }],
        { default: 'kernel default' },
      ),
      parsed('vrrp_netlink_monitor_rcv_bufs_force', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'off',
      }),
      parsed('process_monitor_rcv_bufs', 'value', [{ type: 'integer', min: 0, max: uint32, unit: 'bytes' }], {
        default: 'kernel default',
      }),
      parsed('process_monitor_rcv_bufs_force', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'off',
      }),
      parsed('lvs_netlink_cmd_rcv_bufs', 'value', [{ type: 'integer', min: 0, max: uint32, unit: 'bytes' }], {
        default: 'kernel default',
      }),
      parsed('lvs_netlink_cmd_rcv_bufs_force', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'off',
      }),
      parsed(
        'lvs_netlink_monitor_rcv_bufs',
        'value',
        [{ type: 'integer', min: 0, max: uint32, unit: 'bytes' }],
        { default: 'kernel default' },
      ),
      parsed('lvs_netlink_monitor_rcv_bufs_force', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'off',
      }),
      acted('rs_init_notifies', 'flag', [{ type: 'boolean', optional: true }], { default: 'off' }),
      parsed('no_checker_emails', 'flag', [{ type: 'boolean', optional: true }], { default: 'off' }),
      parsed('vrrp_rx_bufs_policy', 'value', [{ type: 'syntax', syntax: '{MTU|ADVERT|BYTES} ...' }]),
      parsed('vrrp_rx_bufs_multiplier', 'value', [{ type: 'integer', min: 1, max: uint32, strict: true }], {
        default: '3',
      }),
      acted(
        'vrrp_startup_delay',
        'value',
        [{ type: 'decimal', min: 0.001, max: 4294.967295, unit: 's', decimals: 6 }],
        { default: '0' },
      ),
      parsed(
        'vrrp_delay_after_boot',
        'value',
        [{ type: 'decimal', min: 0.001, max: 4294.967295, unit: 's', decimals: 6 }],
        { default: '0', since: '2.4.0' },
      ),
      acted('log_unknown_vrids', 'flag', [], { default: 'off' }),
      acted('vrrp_owner_ignore_adverts', 'flag', [{ type: 'boolean', optional: true }], {
        default: 'off',
        since: '2.3.3',
      }),
      parsed('vmac_prefix', 'value', [{ type: 'text' }], { default: 'vrrp', once: true }),
      parsed('vmac_addr_prefix', 'value', [{ type: 'text' }], { default: 'vrrp', once: true }),
      parsed(
        'umask',
        'value',
        [
          {
            type: 'syntax',
            syntax:
              'NUMBER (base 0) or {IRUSR|IWUSR|IXUSR|IRWXU|IRGRP|IWGRP|IXGRP|IRWXG|IROTH|IWOTH|IXOTH|IRWXO} joined by pipe',
          },
        ],
        { default: '0177' },
      ),
      parsed('random_seed', 'value', [{ type: 'integer', min: 0, max: uint32, strict: true }], {
        default: 'time based',
      }),
      parsed('reload_check_config', 'value', [{ type: 'path', optional: true }], { default: 'off' }),
      parsed('reload_time_file', 'value', [{ type: 'path' }]),
      parsed('reload_repeat', 'flag', [], { default: 'off' }),
      parsed('reload_file', 'value', [{ type: 'path', optional: true }], {
        default: 'not used; without PATH <pid dir>/keepalived.reload',
      }),
      acted(
        'include_check',
        'list',
        [
          {
            type: 'syntax',
            syntax: '[+|-]read|match|wildcard_match|brace_match',
            optional: true,
            repeated: true,
          },
        ],
        { default: 'none (or all with -e)' },
      ),
      parsed('config_save_dir', 'value', [{ type: 'path' }]),
      parsed('tmp_config_directory', 'value', [{ type: 'path' }], { default: 'memfd', once: true }),
      parsed('data_use_instance', 'flag', [{ type: 'boolean', optional: true }], { default: 'off' }),
      parsed('json_version', 'value', [{ type: 'integer', min: 1, max: 2 }], {
        default: '1',
        since: '2.2.8',
      }),
      acted('iproute_usr_dir', 'value', [{ type: 'path' }], {
        default: 'build time (/usr/share/iproute2)',
        since: 'by 2.3.4',
      }),
      acted('iproute_etc_dir', 'value', [{ type: 'path' }], {
        default: '/etc/iproute2',
        since: 'by 2.3.4',
      }),
      parsed('state_dump_file', 'value', [{ type: 'path' }], {
        default: '<tmp>/keepalived.data',
        since: 'after 2.2.7',
      }),
      parsed('stats_dump_file', 'value', [{ type: 'path' }], {
        default: '<tmp>/keepalived.stats',
        since: 'after 2.2.7',
      }),
      parsed('json_dump_file', 'value', [{ type: 'path' }], {
        default: '<tmp>/keepalived.json',
        since: 'after 2.2.7',
      }),
    ],
  },
];
