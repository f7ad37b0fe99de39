// Flags and arguments that several IPVS commands share.
// Spec: @oclif/core Flags and Args; man/lvskit-vs-*.1 are made from these texts.

import { Args, Flags } from '@oclif/core';
import { fail, unwrap } from '../../fault.ts';

/** How the answer is written; without either, a table for people. */
export const outputFlags = {
  json: Flags.boolean({ exclusive: ['yaml'], summary: 'Answer in JSON (schema lvskit/ipvs/1).' }),
  yaml: Flags.boolean({ summary: 'Answer in YAML (schema lvskit/ipvs/1).' }),
};

/** Seconds between two looks, with a fraction where one is given. */
export function readInterval(text: string): number {
  const seconds = /^\d+(?:\.\d+)?$|^\.\d+$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= 0.1 && seconds <= 3600) return seconds;
  return unwrap(
    fail({
      code: 'usage',
      message: `--interval must be a number of seconds from 0.1 to 3600 (got '${text}')`,
    }),
  );
}

export const namesFlag = Flags.boolean({ summary: 'Show names of hosts and ports instead of numbers.' });

export const serviceArg = Args.string({
  required: true,
  name: 'SERVICE',
  description:
    'tcp:HOST:PORT, udp:HOST:PORT, sctp:HOST:PORT (HOST:PORT alone is tcp), fwmark:MARK or fwmark6:MARK; IPv6 addresses stand in brackets.',
});

export const optionalServiceArg = Args.string({
  name: 'SERVICE',
  description: 'Only this service: tcp:HOST:PORT, udp:..., sctp:..., fwmark:MARK or fwmark6:MARK.',
});

export const serverArg = Args.string({
  required: true,
  name: 'SERVER',
  description: "Real server, HOST or HOST:PORT; the port is the service's when left out.",
});

const whole = (options: { min?: number; max?: number; helpValue?: string; summary: string }) =>
  Flags.integer(options);

/** Settings of a service; each left out keeps its default (add) or its present value (edit). */
export const serviceFlags = {
  scheduler: Flags.string({
    char: 's',
    helpValue: 'NAME',
    summary: 'Scheduler: rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, fo, ovf, mh (default wlc).',
  }),
  flags: Flags.string({
    char: 'b',
    helpValue: 'FLAG,...',
    summary: 'Scheduler flags: sh-fallback, sh-port, mh-fallback, mh-port, flag-1, flag-2, flag-3.',
  }),
  persistent: whole({
    min: 0,
    max: 2_678_400,
    helpValue: 'SECONDS',
    summary: 'Keep a client on its server for this long; 0 is not persistent.',
  }),
  netmask: Flags.string({
    helpValue: 'MASK',
    summary: 'Clients of one network share a server: a dotted mask or a prefix length.',
  }),
  engine: Flags.string({ helpValue: 'NAME', summary: 'Persistence engine: sip; none takes it away.' }),
  'one-packet': Flags.boolean({ allowNo: true, summary: 'Schedule each UDP packet by itself.' }),
};

/** Settings of a real server. */
export const serverFlags = {
  forwarding: Flags.option({ char: 'f', options: ['nat', 'dr', 'tun'] as const })({
    summary: 'How packets reach it: masquerading, direct routing (default) or a tunnel.',
  }),
  weight: whole({
    min: 0,
    max: 2_147_483_647,
    helpValue: 'WEIGHT',
    summary: 'Share of new connections; 0 takes none (default 1).',
  }),
  'upper-threshold': whole({
    min: 0,
    max: 2_147_483_647,
    helpValue: 'N',
    summary: 'No new connections above N; 0 is no limit.',
  }),
  'lower-threshold': whole({
    min: 0,
    max: 2_147_483_647,
    helpValue: 'N',
    summary: 'New connections again below N.',
  }),
  'tunnel-type': Flags.option({ options: ['ipip', 'gue', 'gre'] as const })({
    summary: 'Encapsulation of a tunnel (default ipip).',
  }),
  'tunnel-port': whole({ min: 1, max: 65_535, helpValue: 'PORT', summary: 'Port of a gue tunnel.' }),
  'tunnel-checksum': Flags.option({ options: ['nocsum', 'csum', 'remcsum'] as const })({
    summary: 'Checksums inside a gue or gre tunnel (default nocsum).',
  }),
};

export const dryRunFlag = Flags.boolean({ summary: 'Only show what would be done.' });

export const formatFlag = Flags.option({ options: ['yaml', 'json', 'rules', 'keepalived'] as const })({
  summary: 'Language of the file; without it, its name and content tell.',
});
