// global_defs and the scalars of the file level: what they set, and the defaults later blocks copy from them.
// Spec: keepalived.conf(5) "GLOBAL CONFIGURATION"; order dependence as keepalived's (defaults hold for later blocks).

import { familyOf, isMulticast, parseAddress } from '../../net/index.ts';
import { seconds, zero } from '../../time.ts';
import { type Argument, uint32 } from '../keywords/grammar.ts';
import type { Statement } from '../statement.ts';
import { addressWord, integerWord, parseBoolean } from './arguments.ts';
import { type BlockTable, defineBlock } from './block.ts';
import { createGlobalDraft, type GlobalDraft } from './global-draft.ts';
import type { Handler } from './handler.ts';
import { notifyCommand, userOf } from './scripts.ts';
import { setDecimal, setFlag, setInteger, setOn, setSeconds, setText } from './setters.ts';

/** Zero is told and replaced by one: a repeat of zero would announce nothing. */
export const setRepeat =
  <D>(set: (draft: D, value: number) => void): Handler<D> =>
  (draft, s, c, k, b) =>
    setInteger<D>((d, value) => {
      if (value === 0) c.warn('corrected', s, `${s.keyword} 0 is replaced by 1`, 1);
      set(d, Math.max(1, value));
    })(draft, s, c, k, b);

const mcastGroup =
  (family: 'inet' | 'inet6'): Handler<GlobalDraft> =>
  (draft, s, c) => {
    const address = addressWord(s, 1, c);
    if (address === undefined || familyOf(address) !== family || !isMulticast(address)) {
      c.warn(
        'invalid-address',
        s,
        `${s.keyword}: ${s.word(1)} is no multicast group of this family; it is ignored`,
        1,
      );
    } else if (family === 'inet') draft.mcastGroup4 = address;
    else draft.mcastGroup6 = address;
  };

const lvsTimeouts: Handler<GlobalDraft> = (draft, s, c) => {
  const names = { tcp: 'tcp', tcpfin: 'tcpFin', udp: 'udp' } as const;
  if (s.length === 1) c.warn('missing-argument', s, 'lvs_timeouts names no time-out; it is ignored');
  for (let i = 1; i < s.length; i += 2) {
    const name = s.word(i) ?? '';
    if (!Object.hasOwn(names, name)) {
      c.warn('invalid-word', s, `lvs_timeouts: ${name} is none of tcp, tcpfin, udp; it is ignored`, i);
      continue;
    }
    const value = integerWord(
      s,
      i + 1,
      { type: 'integer', min: 0, max: 2678400, strict: true, unit: 's' },
      c,
    );
    if (value !== undefined) draft.lvsTimeouts[names[name as keyof typeof names]] = value;
  }
};

const flushOnStop: Handler<GlobalDraft> = (draft, s, c) => {
  const word = s.length > 1 ? s.word(1) : undefined;
  if (word === undefined) draft.lvsFlushOnStop = 'all';
  else if (word === 'VS') draft.lvsFlushOnStop = 'VS';
  else c.warn('invalid-word', s, `${s.keyword}: ${word} is not VS; the line is ignored`, 1);
};

/** `{MTU|ADVERT|BYTES} ...`, case-insensitive. */
const rxBuffers: Handler<GlobalDraft> = (draft, s, c) => {
  for (let i = 1; i < s.length; i++) {
    const word = s.word(i) ?? '';
    if (/^[-+]?\d/.test(word)) integerWord(s, i, { type: 'integer', min: 0, max: uint32, strict: true }, c);
    else if (!['MTU', 'ADVERT'].includes(word.toUpperCase()))
      c.warn(
        'invalid-word',
        s,
        `${s.keyword}: ${word} is neither MTU, ADVERT nor a number; it is ignored`,
        i,
      );
  }
  draft.other.set(s.keyword, s.words(1));
};

const syncDaemonRanges = { id: [0, 255], maxlen: [1, 65507], port: [1, 65535], ttl: [1, 255] } as const;

const lvsSyncDaemon: Handler<GlobalDraft> = (draft, s, c) => {
  if (draft.lvsSyncDaemon !== undefined) return c.warn('duplicate', s, 'a second lvs_sync_daemon is ignored');
  const numbers: Partial<Record<keyof typeof syncDaemonRanges, number>> = {};
  let instance: string | undefined;
  let group: string | undefined;
  for (let i = 2; i < s.length; i++) {
    const word = s.word(i) ?? '';
    if (word === 'inst') {
      if (instance !== undefined)
        c.warn(
          'duplicate',
          s,
          `lvs_sync_daemon names vrrp_instance ${instance} already; the second one is ignored`,
          i,
        );
      instance ??= s.word(i + 1);
      i++;
    } else if (word === 'group') group = s.word(++i);
    else if (Object.hasOwn(syncDaemonRanges, word)) {
      const name = word as keyof typeof syncDaemonRanges;
      const [min, max] = syncDaemonRanges[name];
      const value = integerWord(s, ++i, { type: 'integer', min, max, strict: true }, c);
      if (value !== undefined) numbers[name] = value;
    } else if (i === 2 && instance === undefined) instance = word;
    else c.warn('unknown-word', s, `lvs_sync_daemon: unknown word ${word} is ignored`, i);
  }
  const { id, maxlen, port, ttl } = numbers;
  draft.lvsSyncDaemon = { interface: s.word(1) ?? '', instance, id, maxlen, port, ttl, group };
};

const umaskBits: Readonly<Record<string, number>> = {
  IRUSR: 0o400,
  IWUSR: 0o200,
  IXUSR: 0o100,
  IRWXU: 0o700,
  IRGRP: 0o40,
  IWGRP: 0o20,
  IXGRP: 0o10,
  IRWXG: 0o70,
  IROTH: 4,
  IWOTH: 2,
  IXOTH: 1,
  IRWXO: 7,
};

const umask: Handler<GlobalDraft> = (draft, s, c) => {
  const text = s.words(1).join('');
  const number = /^0[xX][0-9a-fA-F]+$|^\d+$/.test(text)
    ? Number.parseInt(text, /^0[xX]/.test(text) ? 16 : text.startsWith('0') ? 8 : 10)
    : text.split('|').reduce((sum, name) => sum | (umaskBits[name] ?? Number.NaN), 0);
  const known =
    /^(?:0x[\da-f]+|\d+)$/i.test(text) || text.split('|').every(name => Object.hasOwn(umaskBits, name));
  if (!known || Number.isNaN(number) || number > 0o777)
    c.warn('invalid-number', s, `umask ${text} is ignored`, 1);
  else {
    // A sum of names may have blanks in it, a number is one word.
    if (s.length > 2 && /^\d/.test(text))
      c.warn('unknown-word', s, `umask: ${s.word(2)} is not understood`, 2);
    draft.umask = number;
  }
};

/** Built-in pacing that no line has changed becomes the least. */
const minimalGarp: Handler<GlobalDraft> = (draft, s, c, k, b) =>
  setFlag<GlobalDraft>((d, on) => {
    if (!on) return;
    const initial = createGlobalDraft();
    if (d.garpRepeat === initial.garpRepeat) d.garpRepeat = 1;
    if (d.garpRefreshRepeat === initial.garpRefreshRepeat) d.garpRefreshRepeat = 0;
    if (d.garpDelay === initial.garpDelay) d.garpDelay = zero;
  })(draft, s, c, k, b);

const smtpServer: Handler<GlobalDraft> = (draft, s, c) => {
  const text = s.word(2) ?? '25';
  const services: Readonly<Record<string, number>> = { smtp: 25, mail: 25, submission: 587, smtps: 465 };
  const port = /^\d{1,5}$/.test(text) ? Number(text) : services[text];
  if (port === undefined || port > 65535)
    c.warn('invalid-port', s, `smtp_server: ${text} is no port; 25 is used`, 2);
  const host = s.word(1) ?? '';
  // A name may resolve there; what is neither a name nor an address never does.
  if (parseAddress(host) === undefined && (/^[\d.]+$/.test(host) || !/^\w[\w.-]*$/.test(host)))
    c.warn('invalid-address', s, `smtp_server: ${host} is neither a host name nor an address`, 1);
  draft.smtpServer = { host: s.word(1) ?? '', port: port ?? 25 };
};

export const globalDefs: BlockTable<GlobalDraft> = defineBlock<GlobalDraft>('global_defs', {
  router_id: setText((d, v) => {
    d.routerId = v;
  }),
  notification_email: (d, s, c, _k, block) => {
    if (block.length === 0) c.warn('no-effect', s, 'notification_email names nobody: no mail is sent');
    for (const line of block) d.notificationEmail.push(...line.words(0));
  },
  notification_email_from: setText((d, v) => {
    d.notificationEmailFrom = v;
  }),
  smtp_server: smtpServer,
  smtp_helo_name: setText((d, v) => {
    d.smtpHeloName = v;
  }),
  smtp_connect_timeout: (d, s, c, k, b) =>
    setSeconds<GlobalDraft>((x, v) => {
      if (v === 0) c.warn('corrected', s, 'smtp_connect_timeout 0 is replaced by 1', 1);
      x.smtpConnectTimeout = v === 0 ? seconds(1) : v;
    })(d, s, c, k, b),
  smtp_alert: setFlag((d, v) => {
    d.smtpAlert = v;
  }),
  smtp_alert_vrrp: setFlag((d, v) => {
    d.smtpAlertVrrp = v;
  }),
  smtp_alert_checker: setFlag((d, v) => {
    d.smtpAlertChecker = v;
  }),
  startup_script: (d, s, c) => {
    d.startupScript = notifyCommand(s, c);
  },
  startup_script_timeout: setSeconds((d, v) => {
    d.startupScriptTimeout = v;
  }),
  shutdown_script: (d, s, c) => {
    d.shutdownScript = notifyCommand(s, c);
  },
  shutdown_script_timeout: setSeconds((d, v) => {
    d.shutdownScriptTimeout = v;
  }),
  checker_log_all_failures: setFlag((d, v) => {
    d.logAllFailures = v;
  }),
  dynamic_interfaces: (d, s, c) => {
    d.dynamicInterfaces = true;
    const word = s.word(1);
    if (word !== undefined && word !== 'allow_if_changes')
      c.warn('invalid-word', s, `dynamic_interfaces: ${word} is ignored`, 1);
  },
  default_interface: setText((d, v) => {
    d.defaultInterface = v;
  }),
  v3_checksum_as_v2: setOn(d => {
    d.v3ChecksumAsV2 = true;
  }),
  lvs_timeouts: lvsTimeouts,
  lvs_flush: setOn(d => {
    d.lvsFlush = true;
  }),
  lvs_flush_on_stop: flushOnStop,
  lvs_flush_onstop: flushOnStop,
  lvs_sync_daemon: lvsSyncDaemon,
  vrrp_mcast_group4: mcastGroup('inet'),
  vrrp_mcast_group6: mcastGroup('inet6'),
  vrrp_garp_master_delay: setSeconds((d, v) => {
    d.garpDelay = v;
  }),
  vrrp_garp_master_repeat: setRepeat((d, v) => {
    d.garpRepeat = v;
  }),
  vrrp_garp_master_refresh: setSeconds((d, v) => {
    d.garpRefresh = v;
  }),
  vrrp_garp_master_refresh_repeat: setRepeat((d, v) => {
    d.garpRefreshRepeat = v;
  }),
  vrrp_garp_lower_prio_delay: setSeconds((d, v) => {
    d.garpLowerDelay = v;
  }),
  vrrp_garp_lower_prio_repeat: setInteger((d, v) => {
    d.garpLowerRepeat = v;
  }),
  vrrp_down_timer_adverts: setInteger((d, v) => {
    d.downTimerAdverts = v;
  }),
  vrrp_garp_interval: setDecimal((d, v) => {
    d.garpInterval = v;
  }),
  vrrp_gna_interval: setDecimal((d, v) => {
    d.gnaInterval = v;
  }),
  vrrp_min_garp: minimalGarp,
  vrrp_lower_prio_no_advert: setFlag((d, v) => {
    d.lowerPrioNoAdvert = v;
  }),
  vrrp_higher_prio_send_advert: setFlag((d, v) => {
    d.higherPrioSendAdvert = v;
  }),
  vrrp_version: setInteger((d, v) => {
    d.version = v === 3 ? 3 : 2;
  }),
  vrrp_check_unicast_src: setOn(d => {
    d.checkUnicastSource = true;
  }),
  vrrp_skip_check_adv_addr: setFlag((d, v) => {
    d.skipCheckAdvAddr = v;
  }),
  vrrp_strict: setFlag((d, v) => {
    d.strict = v;
  }),
  vrrp_notify_priority_changes: setFlag((d, v) => {
    d.notifyPriorityChanges = v;
  }),
  vrrp_rx_bufs_policy: rxBuffers,
  vrrp_startup_delay: setDecimal((d, v) => {
    d.startupDelay = v;
  }),
  log_unknown_vrids: setOn(d => {
    d.logUnknownVrids = true;
  }),
  vrrp_owner_ignore_adverts: setFlag((d, v) => {
    d.ownerIgnoreAdverts = v;
  }),
  notify_fifo: setText((d, v) => {
    d.notifyFifo = v;
  }),
  vrrp_notify_fifo: setText((d, v) => {
    d.vrrpNotifyFifo = v;
  }),
  lvs_notify_fifo: setText((d, v) => {
    d.lvsNotifyFifo = v;
  }),
  script_user: (_d, s, c) => {
    c.scriptUser = userOf(s, 1);
  },
  enable_script_security: setOn(d => {
    d.scriptSecurity = true;
  }),
  rs_init_notifies: setFlag((d, v) => {
    d.rsInitNotifies = v;
  }),
  umask,
  iproute_usr_dir: (_d, s, c) => {
    c.names.directories = [s.word(1) ?? '', c.names.directories[1] ?? ''];
  },
  iproute_etc_dir: (_d, s, c) => {
    c.names.directories = [c.names.directories[0] ?? '', s.word(1) ?? ''];
  },
});

/** Keeps the words of a scalar no field carries. */
export function keepOther(draft: GlobalDraft, block: readonly Statement[]): void {
  for (const s of block) {
    const entry = globalDefs.entries.get(s.keyword);
    const isSecond = entry?.keyword.once === true && draft.other.has(s.keyword);
    if (entry !== undefined && entry.apply === undefined && s.block === undefined && !isSecond)
      draft.other.set(s.keyword, valuesOf(s.words(1), entry.keyword.arguments));
  }
}

/** The words in one spelling of each value: `on` and no word at all are true, 0100 is 100. */
function valuesOf(words: readonly string[], args: readonly Argument[]): readonly string[] {
  if (words.length === 0) return args[0]?.type === 'boolean' ? ['true'] : words;
  return words.map((word, index) => {
    const type = args[index]?.type;
    if (type === 'boolean') return String(parseBoolean(word) ?? word);
    const isNumber = (type === 'integer' || type === 'decimal') && /^-?\d{1,15}(?:\.\d{1,6})?$/.test(word);
    return isNumber ? String(Number(word)) : word;
  });
}
