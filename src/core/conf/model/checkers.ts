// The checker blocks of a real server as written; defaults are applied when their virtual server is complete.
// Spec: keepalived.conf(5), HTTP_GET, SSL_GET, TCP_CHECK, SMTP_CHECK, MISC_CHECK, DNS_CHECK, UDP_CHECK, PING_CHECK, ...

import type { HttpUrl } from '../../check/config.ts';
import type { Address } from '../../net/index.ts';
import type { ScriptCommand } from '../../script.ts';
import type { Duration } from '../../time.ts';
import type { Statement } from '../statement.ts';
import { addressWord, integerWord, parseBoolean } from './arguments.ts';
import { type BlockTable, defineBlock, walk } from './block.ts';
import type { Context } from './context.ts';
import type { Handler } from './handler.ts';
import { parseReply, readHex } from './hex.ts';
import { patternOf, plainCommand, userOf } from './scripts.ts';
import { setDecimal, setFlag, setInteger, setOn, setText, setWord } from './setters.ts';
import { nameDefinedBefore } from './tracking.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type UrlDraft = Mutable<HttpUrl> & { regexDraft: Mutable<NonNullable<HttpUrl['regex']>> };

export interface CheckerDraft {
  readonly keyword: string;
  readonly statement: Statement;
  connectIp: Address | undefined;
  connectPort: number | undefined;
  connectTimeout: Duration | undefined;
  bindAddress: Address | undefined;
  bindPort: number | undefined;
  bindInterface: string | undefined;
  mark: number;
  retry: number | undefined;
  delayBeforeRetry: Duration | undefined;
  warmup: Duration | undefined;
  delayLoop: Duration | undefined;
  alpha: boolean | undefined;
  logAllFailures: boolean | undefined;
  /** What only some kinds have. */
  helo: string | undefined;
  hosts: number;
  command: ScriptCommand | undefined;
  user: { readonly user: string; readonly group: string | undefined } | undefined;
  miscTimeout: Duration | undefined;
  dynamicWeight: boolean;
  protocol: '1.0' | '1.0C' | '1.1';
  virtualHost: string | undefined;
  sni: boolean;
  sniName: string | undefined;
  fastRecovery: boolean;
  tlsCompliant: boolean;
  urls: UrlDraft[];
  name: string | undefined;
  queryType: string;
  payload: Uint8Array | undefined;
  requireReply: boolean;
  reply: { readonly bytes: Uint8Array; readonly mask: Uint8Array } | undefined;
  minReply: number;
  maxReply: number;
  weight: number;
  reverse: boolean;
}

const createCheckerDraft = (keyword: string, statement: Statement): CheckerDraft => ({
  keyword,
  statement,
  connectIp: undefined,
  connectPort: undefined,
  connectTimeout: undefined,
  bindAddress: undefined,
  bindPort: undefined,
  bindInterface: undefined,
  mark: 0,
  retry: undefined,
  delayBeforeRetry: undefined,
  warmup: undefined,
  delayLoop: undefined,
  alpha: undefined,
  logAllFailures: undefined,
  helo: undefined,
  hosts: 0,
  command: undefined,
  user: undefined,
  miscTimeout: undefined,
  dynamicWeight: false,
  protocol: '1.0',
  virtualHost: undefined,
  sni: false,
  sniName: undefined,
  fastRecovery: false,
  tlsCompliant: false,
  urls: [],
  name: undefined,
  queryType: 'SOA',
  payload: undefined,
  requireReply: false,
  reply: undefined,
  minReply: 0,
  maxReply: 255,
  weight: 0,
  reverse: false,
});

type On = Handler<CheckerDraft>;
type Handlers = Readonly<Record<string, On>>;

const address =
  (which: 'connectIp' | 'bindAddress'): On =>
  (d, s, c) => {
    const value = addressWord(s, 1, c);
    if (value === undefined) c.error('invalid-address', s, `${s.keyword}: ${s.word(1)} is no IP address`, 1);
    else {
      const other = which === 'connectIp' ? d.bindAddress : d.connectIp;
      if (other !== undefined && other.includes(':') !== value.includes(':')) {
        c.warn('mixed-families', s, `${value} is not of the family of ${other}; it is ignored`, 1);
      } else d[which] = value;
    }
  };

const schedule: Handlers = {
  retry: setInteger((d, v) => {
    d.retry = v;
  }),
  delay_before_retry: setDecimal((d, v) => {
    d.delayBeforeRetry = v;
  }),
  warmup: setDecimal((d, v) => {
    d.warmup = v;
  }),
  delay_loop: setDecimal((d, v) => {
    d.delayLoop = v;
  }),
  alpha: setFlag((d, v) => {
    d.alpha = v;
  }),
  log_all_failures: setFlag((d, v) => {
    d.logAllFailures = v;
  }),
};

const connection: Handlers = {
  ...schedule,
  connect_ip: address('connectIp'),
  connect_port: setInteger((d, v) => {
    d.connectPort = v;
  }),
  bindto: address('bindAddress'),
  bind_port: setInteger((d, v) => {
    d.bindPort = v;
  }),
  bind_if: setText((d, v) => {
    d.bindInterface = v;
  }),
  connect_timeout: setDecimal((d, v) => {
    d.connectTimeout = v;
  }),
  fwmark: setInteger((d, v) => {
    d.mark = v;
  }),
};

const statusCodes: Handler<UrlDraft> = (d, s, c) => {
  const ranges: (readonly [number, number])[] = [];
  for (let i = 1; i < s.length; i++) {
    const match = /^(\d{3})(?:-(\d{3}))?$/.exec(s.word(i) ?? '');
    const [low, high] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (match === null || low < 100 || high > 599 || low > high) {
      c.warn(
        'invalid-number',
        s,
        `status_code ${s.word(i)} is no status or range of 100..599; it is ignored`,
        i,
      );
    } else ranges.push([low, high]);
  }
  d.statusCodes = [...d.statusCodes, ...ranges];
};

const urlHandlers: Readonly<Record<string, Handler<UrlDraft>>> = {
  path: setText((d, v) => {
    d.path = v;
  }),
  digest: (d, s, c) => {
    const text = s.word(1) ?? '';
    if (d.digest !== undefined) c.warn('duplicate', s, 'a second digest is ignored');
    else if (/^[0-9a-fA-F]{32}$/.test(text)) d.digest = text.toLowerCase();
    else
      c.error(
        'invalid-digest',
        s,
        `digest ${text} is not 32 hexadecimal digits; the body would not be checked`,
        1,
      );
  },
  status_code: statusCodes,
  virtualhost: setText((d, v) => {
    d.virtualHost = v;
  }),
  regex: (d, s, c) => {
    const pattern = patternOf(s, c);
    if (pattern !== undefined) d.regexDraft.pattern = pattern;
  },
  regex_no_match: setOn(d => {
    d.regexDraft.invert = true;
  }),
  regex_options: (d, s) => {
    d.regexDraft.options = [...d.regexDraft.options, ...s.words(1)];
  },
  regex_min_offset: setInteger((d, v) => {
    d.regexDraft.minOffset = v;
  }),
  regex_max_offset: setInteger((d, v) => {
    d.regexDraft.maxOffset = v;
  }),
};

const httpUrl = defineBlock<UrlDraft>('virtual_server/real_server/HTTP_GET/url', urlHandlers);
const sslUrl = defineBlock<UrlDraft>('virtual_server/real_server/SSL_GET/url', {
  ...urlHandlers,
  tls_compliant: setFlag((d, v) => {
    d.tlsCompliant = v;
  }),
});

const url =
  (table: BlockTable<UrlDraft>): On =>
  (d, s, c, _k, block) => {
    const draft: UrlDraft = {
      path: '',
      digest: undefined,
      statusCodes: [],
      virtualHost: undefined,
      regex: undefined,
      sniName: undefined,
      tlsCompliant: undefined,
      regexDraft: { pattern: '', options: [], minOffset: 0, maxOffset: undefined, invert: false },
    };
    const from = c.diagnostics.length;
    walk(block, table, draft, c);
    if (draft.path === '') {
      const message = `a url of ${d.keyword} has no path and would be dropped`;
      c.conclude(c.causes.of(s, ['path'], from), 'error', 'missing-path', s, message);
      return;
    }
    d.urls.push(draft);
  };

const readRetry = (d: CheckerDraft, s: Statement, c: Context): void => {
  const value = integerWord(s, 1, { type: 'integer', min: 0, max: 4294967295 }, c);
  if (value !== undefined) d.retry = value;
};

/** Tutorials written for keepalived 1 use it in every checker; they mean what they say. */
const oldRetry: Handlers = {
  nb_get_retry: (d, s, c) => {
    if (s.length < 2) return c.fatal('missing-argument', s, `${s.keyword} needs a value`);
    c.warn(
      'obsolete-keyword',
      s,
      `nb_get_retry is the old name of retry and taken for it; keepalived 2 ignores it in ${d.keyword}`,
      0,
    );
    readRetry(d, s, c);
  },
};

const http: Handlers = {
  ...connection,
  nb_get_retry: (d, s, c) => {
    c.warnWithFix('deprecated', s, 'nb_get_retry is the old name of retry', 0, 'retry');
    readRetry(d, s, c);
  },
  virtualhost: setText((d, v) => {
    d.virtualHost = v;
  }),
  http_protocol: setWord((d, v) => {
    d.protocol = v === '1.1' ? '1.1' : v === '1.0' ? '1.0' : '1.0C';
  }),
  enable_sni: setFlag((d, v) => {
    d.sni = v;
  }),
  sni_name: (d, s) => {
    d.sni = true;
    d.sniName = s.word(1);
  },
  fast_recovery: setFlag((d, v) => {
    d.fastRecovery = v;
  }),
};

const path = (name: string) => `virtual_server/real_server/${name}`;
const smtpHost = defineBlock<CheckerDraft>(path('SMTP_CHECK/host'), connection);

/** The connection keywords of a host block change the enclosing checker, as they do in keepalived. */
const host: On = (d, _s, c, _k, block) => {
  d.hosts++;
  walk(block, smtpHost, d, c);
};

export const checkerTables: Readonly<Record<string, BlockTable<CheckerDraft>>> = {
  TCP_CHECK: defineBlock(path('TCP_CHECK'), connection, oldRetry),
  PING_CHECK: defineBlock(path('PING_CHECK'), connection, oldRetry),
  HTTP_GET: defineBlock(path('HTTP_GET'), { ...http, url: url(httpUrl) }),
  SSL_GET: defineBlock(path('SSL_GET'), {
    ...http,
    url: url(sslUrl),
    tls_compliant: setFlag<CheckerDraft>((d, v) => {
      d.tlsCompliant = v;
    }),
  }),
  SMTP_CHECK: defineBlock(
    path('SMTP_CHECK'),
    {
      ...connection,
      helo_name: setText<CheckerDraft>((d, v) => {
        d.helo = v;
      }),
      host,
    },
    oldRetry,
  ),
  MISC_CHECK: defineBlock<CheckerDraft>(path('MISC_CHECK'), {
    ...schedule,
    misc_path: (d, s, c) => {
      d.command = plainCommand(s, c);
    },
    misc_timeout: setInteger((d, v) => {
      d.miscTimeout = (v * 1_000_000) as Duration;
    }),
    misc_dynamic: setOn(d => {
      d.dynamicWeight = true;
    }),
    user: (d, s) => {
      d.user = userOf(s, 1);
    },
  }),
  DNS_CHECK: defineBlock<CheckerDraft>(
    path('DNS_CHECK'),
    {
      ...connection,
      type: setWord((d, v) => {
        d.queryType = v;
      }),
      name: setText((d, v) => {
        d.name ??= v;
      }),
    },
    oldRetry,
  ),
  UDP_CHECK: defineBlock<CheckerDraft>(
    path('UDP_CHECK'),
    {
      ...connection,
      payload: (d, s, c) => {
        d.payload = readHex(s, c) ?? d.payload;
      },
      require_reply: (d, s, c) => {
        d.requireReply = true;
        if (s.length > 1) d.reply = parseReply(s, c);
      },
      min_reply_length: setInteger((d, v) => {
        d.minReply = v;
      }),
      max_reply_length: setInteger((d, v) => {
        d.maxReply = v;
      }),
    },
    oldRetry,
  ),
  FILE_CHECK: defineBlock<CheckerDraft>(path('FILE_CHECK'), {
    track_file: (d, s, c) => {
      d.name = nameDefinedBefore('track_file', s, c);
    },
    weight: (d, s, c) => {
      const value = integerWord(s, 1, { type: 'integer', min: -2147483647, max: 2147483647 }, c);
      if (value !== undefined) d.weight = value;
      d.reverse = s.word(2) === 'reverse';
    },
  }),
  BFD_CHECK: defineBlock<CheckerDraft>(path('BFD_CHECK'), {
    name: (d, s, c) => {
      d.name = nameDefinedBefore('bfd_instance', s, c);
    },
    alpha: (d, s) => {
      d.alpha = parseBoolean(s.word(1) ?? 'true') ?? d.alpha;
    },
  }),
};

/** Reads one checker block. */
export function readChecker(s: Statement, block: readonly Statement[], c: Context): CheckerDraft {
  const draft = createCheckerDraft(s.keyword, s);
  const table = checkerTables[s.keyword];
  if (table !== undefined) walk(block, table, draft, c);
  return draft;
}
