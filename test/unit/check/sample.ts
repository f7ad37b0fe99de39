// Checkers for tests, with the defaults of keepalived.conf(5): retry 1, delay_before_retry 1 s (HTTP 3 s), delay_loop 10 s, connect_timeout 5 s.

import type { CheckerConfig, CheckKind, HttpUrl, Target } from '../../../src/core/check/index.ts';
import type { Address } from '../../../src/core/net/index.ts';
import { seconds } from '../../../src/core/time.ts';

export const target = (changes: Partial<Target> = {}): Target => ({
  address: '10.0.1.1' as Address,
  port: 80,
  timeout: seconds(5),
  bindAddress: undefined,
  bindPort: undefined,
  bindInterface: undefined,
  mark: 0,
  ...changes,
});

export const url = (changes: Partial<HttpUrl> = {}): HttpUrl => ({
  path: '/',
  digest: undefined,
  statusCodes: [[200, 299]],
  virtualHost: undefined,
  regex: undefined,
  sniName: undefined,
  tlsCompliant: undefined,
  ...changes,
});

type Http = Extract<CheckKind, { readonly kind: 'http' }>;

export const http = (changes: Partial<Http> = {}): Http => ({
  kind: 'http',
  target: target(),
  tls: undefined,
  protocol: '1.0',
  urls: [url()],
  virtualHost: undefined,
  fastRecovery: false,
  ...changes,
});

export const misc = (dynamicWeight = false): CheckKind => ({
  kind: 'misc',
  command: { argv: ['/bin/check', 'a'], user: undefined, group: undefined, shell: false },
  timeout: seconds(4),
  dynamicWeight,
});

const keywords = {
  tcp: 'TCP_CHECK',
  http: 'HTTP_GET',
  smtp: 'SMTP_CHECK',
  misc: 'MISC_CHECK',
  dns: 'DNS_CHECK',
  udp: 'UDP_CHECK',
  ping: 'PING_CHECK',
  file: 'FILE_CHECK',
  bfd: 'BFD_CHECK',
} as const satisfies Record<CheckKind['kind'], string>;

export const checker = (check: CheckKind, changes: Partial<CheckerConfig> = {}): CheckerConfig => ({
  id: 'c',
  keyword: keywords[check.kind],
  virtualServer: 'tcp 10.0.0.1 80',
  realServer: '10.0.1.1 80',
  check,
  retry: check.kind === 'misc' ? 0 : 1,
  delayBeforeRetry: seconds(check.kind === 'http' ? 3 : 1),
  delayLoop: seconds(10),
  warmup: seconds(10),
  alpha: false,
  logAllFailures: false,
  suspendWithoutAddress: undefined,
  ...changes,
});
