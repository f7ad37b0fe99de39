// virtual_server and real_server as written; server-complete.ts draws the conclusions.
// Spec: keepalived.conf(5) "VIRTUAL SERVER(S)".

import type { Address } from '../../net/index.ts';
import type { Statement } from '../statement.ts';
import { addressWord, integerWord, parseBoolean, portWord } from './arguments.ts';
import { defineBlock, walk } from './block.ts';
import { type CheckerDraft, checkerTables, readChecker } from './checkers.ts';
import type { Context } from './context.ts';
import { readMethod } from './forwarding.ts';
import { readGranularity } from './granularity.ts';
import type { Handler } from './handler.ts';
import { notifyCommand } from './scripts.ts';
import {
  type CheckerDefaults,
  createVirtualServerDraft,
  type RealServerDraft,
  type ServerSubject,
  type VirtualServerDraft,
} from './server-draft.ts';
import { setDecimal, setFlag, setInteger, setOn, setText, setWord } from './setters.ts';

const schedule = {
  retry: setInteger<CheckerDefaults>((d, v) => {
    d.retry = v;
  }),
  delay_before_retry: setDecimal<CheckerDefaults>((d, v) => {
    d.delayBeforeRetry = v;
  }),
  warmup: setDecimal<CheckerDefaults>((d, v) => {
    d.warmup = v;
  }),
  connect_timeout: setDecimal<CheckerDefaults>((d, v) => {
    d.connectTimeout = v;
  }),
  delay_loop: setDecimal<CheckerDefaults>((d, v) => {
    d.delayLoop = v;
  }),
} as const;

/** `IP [PORT]` from word 1 on; undefined after an error. Port 0 stands for none. */
function endpoint(
  s: Statement,
  c: Context,
): { readonly address: Address; readonly port: number } | undefined {
  const address = addressWord(s, 1, c);
  if (address === undefined) {
    c.error(
      'invalid-address',
      s,
      `${s.keyword}: ${s.word(1)} is no IP address; its whole block would be skipped`,
      1,
    );
    return undefined;
  }
  const port = s.length > 2 ? portWord(s, 2) : 0;
  if (port === undefined) {
    c.error(
      'invalid-port',
      s,
      `${s.keyword}: ${s.word(2)} is no port of 1..65535; its whole block would be skipped`,
      2,
    );
    return undefined;
  }
  return { address, port };
}

type OnReal = Handler<RealServerDraft>;
const checker: OnReal = (d, s, c, _k, block) => {
  const draft = readChecker(s, block, c);
  const isSame = (one: CheckerDraft) => one.keyword === 'BFD_CHECK' && one.name === draft.name;
  if (draft.keyword === 'BFD_CHECK' && draft.name !== undefined && d.checkers.some(isSame))
    c.warn(
      'duplicate',
      s,
      `the server is watched by bfd_instance ${draft.name} already; this check is ignored`,
    );
  else d.checkers.push(draft);
};
/** The first script counts. */
const keepFirst =
  <D, F extends keyof D>(field: F): Handler<D> =>
  (d, s, c) => {
    if (d[field] !== undefined) c.warn('duplicate', s, `a second ${s.keyword} is ignored`);
    else d[field] = notifyCommand(s, c) as D[F];
  };

const realServer = defineBlock<RealServerDraft>('virtual_server/real_server', {
  ...schedule,
  ...Object.fromEntries(Object.keys(checkerTables).map(name => [name, checker])),
  weight: setInteger((d, v) => {
    d.weight = v;
  }),
  lvs_method: (d, s, c) => {
    d.method = readMethod(s, c) ?? d.method;
  },
  uthreshold: setInteger((d, v) => {
    d.upperThreshold = v;
  }),
  lthreshold: setInteger((d, v) => {
    d.lowerThreshold = v;
  }),
  inhibit_on_failure: setFlag((d, v) => {
    d.inhibit = v;
  }),
  notify_up: keepFirst<RealServerDraft, 'notifyUp'>('notifyUp'),
  notify_down: keepFirst<RealServerDraft, 'notifyDown'>('notifyDown'),
  alpha: setFlag((d, v) => {
    d.alpha = v;
  }),
  smtp_alert: setFlag((d, v) => {
    d.smtpAlert = v;
  }),
  virtualhost: setText((d, v) => {
    d.virtualHost = v;
  }),
  snmp_name: setText((d, v) => {
    d.snmpName = v;
  }),
});

type On = Handler<VirtualServerDraft>;

const readRealServer: On = (d, s, c, _k, block) => {
  const at = endpoint(s, c);
  if (at === undefined) return;
  const draft: RealServerDraft = {
    statement: s,
    address: at.address,
    port: at.port,
    weight: undefined,
    method: d.method,
    upperThreshold: 0,
    lowerThreshold: 0,
    inhibit: undefined,
    alpha: undefined,
    notifyUp: undefined,
    notifyDown: undefined,
    smtpAlert: undefined,
    virtualHost: undefined,
    snmpName: undefined,
    checkers: [],
    retry: undefined,
    delayBeforeRetry: undefined,
    warmup: undefined,
    connectTimeout: undefined,
    delayLoop: undefined,
  };
  walk(block, realServer, draft, c);
  d.realServers.push(draft);
};

const setScheduler: On = setWord((d, v) => {
  d.scheduler = v;
});
const setMethod: On = (d, s, c) => {
  d.method = readMethod(s, c) ?? d.method;
};

/** A word that another one of the block before it was to prepare, unless that one is told already. */
const conclude = (
  d: VirtualServerDraft,
  before: readonly string[],
  rule: string,
  s: Statement,
  message: string,
  c: Context,
) => c.conclude(c.causes.of(d.statement, before, d.toldBefore), 'warning', rule, s, message);

/** Flags of the sh and mh schedulers are flag 1 (fallback) and flag 2 (port); the other scheduler's are ignored. */
const schedulerFlag =
  (scheduler: 'sh' | 'mh', flag: 'flag1' | 'flag2'): On =>
  (d, s, c) => {
    if (d.scheduler === scheduler) d[flag] = true;
    else {
      const message = `${s.keyword} needs lb_algo ${scheduler} before it; it is ignored`;
      conclude(d, ['lb_algo', 'lvs_sched'], 'wrong-scheduler', s, message, c);
    }
  };

const sorryServer: On = (d, s, c) => {
  const at = endpoint(s, c);
  if (at !== undefined) d.sorry = { statement: s, ...at, method: d.method, inhibit: false };
};

const virtualServer = defineBlock<VirtualServerDraft>('virtual_server', {
  ...schedule,
  ip_family: (d, s, c) => {
    const word = s.word(1);
    if (word !== 'inet' && word !== 'inet6')
      c.warn('invalid-word', s, `ip_family ${word} is neither inet nor inet6`, 1);
    else if (d.family !== undefined && d.family !== word)
      c.warn('mixed-families', s, `ip_family ${word} contradicts the address`, 1);
    else d.family = word;
  },
  inhibit_on_failure: setOn(d => {
    d.inhibit = true;
  }),
  lb_algo: setScheduler,
  lvs_sched: setScheduler,
  hashed: (_d, s, c) => c.warn('no-effect', s, 'hashed has no effect'),
  ops: setOn(d => {
    d.ops = true;
  }),
  'flag-1': setOn(d => {
    d.flag1 = true;
  }),
  'flag-2': setOn(d => {
    d.flag2 = true;
  }),
  'flag-3': setOn(d => {
    d.flag3 = true;
  }),
  'sh-port': schedulerFlag('sh', 'flag2'),
  'sh-fallback': schedulerFlag('sh', 'flag1'),
  'mh-port': schedulerFlag('mh', 'flag2'),
  'mh-fallback': schedulerFlag('mh', 'flag1'),
  lb_kind: setMethod,
  lvs_method: setMethod,
  persistence_engine: setText((d, v) => {
    d.engine = v.slice(0, 16);
  }),
  persistence_timeout: (d, s, c) => {
    if (s.length === 1) d.persistence = 360;
    else {
      const value = integerWord(s, 1, { type: 'integer', min: 1, max: 2678400, strict: true, unit: 's' }, c);
      if (value !== undefined) d.persistence = value;
    }
  },
  persistence_granularity: readGranularity,
  protocol: (d, s, c) => {
    const word = (s.word(1) ?? '').toLowerCase();
    if (word === 'tcp' || word === 'udp' || word === 'sctp') d.protocol = word;
    else c.warn('invalid-word', s, `protocol ${s.word(1)} is none of TCP, UDP, SCTP; UDP is used`, 1);
  },
  ha_suspend: setOn(d => {
    d.haSuspend = true;
  }),
  smtp_alert: setFlag((d, v) => {
    d.smtpAlert = v;
  }),
  virtualhost: setText((d, v) => {
    d.virtualHost = v;
  }),
  snmp_name: setText((d, v) => {
    d.snmpName = v;
  }),
  alpha: setOn(d => {
    d.alpha = true;
  }),
  omega: setOn(d => {
    d.omega = true;
  }),
  quorum_up: keepFirst<VirtualServerDraft, 'quorumUp'>('quorumUp'),
  quorum_down: keepFirst<VirtualServerDraft, 'quorumDown'>('quorumDown'),
  quorum: setInteger((d, v) => {
    d.quorum = v;
  }),
  hysteresis: setInteger((d, v) => {
    d.hysteresis = v;
  }),
  weight: setInteger((d, v) => {
    d.weight = v;
  }),
  sorry_server: sorryServer,
  sorry_server_inhibit: (d, s, c) => {
    if (d.sorry === undefined)
      conclude(
        d,
        ['sorry_server'],
        'order',
        s,
        'sorry_server_inhibit must follow sorry_server; it is ignored',
        c,
      );
    else d.sorry.inhibit = parseBoolean(s.word(1) ?? 'true') ?? true;
  },
  sorry_server_lvs_method: (d, s, c) => {
    if (d.sorry === undefined)
      conclude(
        d,
        ['sorry_server'],
        'order',
        s,
        'sorry_server_lvs_method must follow sorry_server; it is ignored',
        c,
      );
    else d.sorry.method = readMethod(s, c) ?? d.sorry.method;
  },
  real_server: readRealServer,
});

function subjectOf(s: Statement, c: Context): ServerSubject | undefined {
  const first = s.word(1);
  if (first === 'fwmark') {
    const told = c.diagnostics.length;
    const mark =
      s.length > 2 ? integerWord(s, 2, { type: 'integer', min: 1, max: 2147483647 }, c) : undefined;
    if (mark !== undefined) return { kind: 'fwmark', mark };
    const message = 'virtual_server fwmark needs a number; its whole block would be skipped';
    c.conclude(c.diagnostics[told], 'error', 'invalid-number', s, message, 1);
    return undefined;
  }
  if (first === 'group') {
    const name = s.word(2);
    if (name !== undefined) return { kind: 'group', name };
    c.error('missing-argument', s, 'virtual_server group needs a name; its whole block would be skipped', 1);
    return undefined;
  }
  const at = endpoint(s, c);
  return at === undefined ? undefined : { kind: 'address', address: at.address, port: at.port };
}

/** The virtual server of the block as written; undefined where the block is refused. */
export function readVirtualServer(
  s: Statement,
  block: readonly Statement[],
  c: Context,
): VirtualServerDraft | undefined {
  const subject = subjectOf(s, c);
  if (subject === undefined) return undefined;
  const draft = createVirtualServerDraft(s, subject, c.diagnostics.length);
  walk(block, virtualServer, draft, c);
  return draft;
}
