// Flags and arguments that several IPVS commands share.
// Spec: @oclif/core Flags and Args; man/lvskit-vs-*.1 are made from these texts.

import { Args, Flags } from '@oclif/core';
import { FaultError } from '../../fault.ts';

/** How the answer is written; without either, a table for people. */
export const outputFlags = {
  json: Flags.boolean({ exclusive: ['yaml'], summary: 'Answer in JSON (schema lvskit/ipvs/1).' }),
  yaml: Flags.boolean({ summary: 'Answer in YAML (schema lvskit/ipvs/1).' }),
};

export const namesFlag = Flags.boolean({ summary: 'Show names of hosts and ports instead of numbers.' });

/** oclif would read ten milliseconds of standard input for an argument that is left out: no argument here may be without `ignoreStdin`. */
export const serviceArg = Args.string({
  required: true,
  ignoreStdin: true,
  name: 'SERVICE',
  description:
    'tcp:HOST:PORT, udp:HOST:PORT, sctp:HOST:PORT (HOST:PORT alone is tcp), fwmark:MARK or fwmark6:MARK; IPv6 addresses are written in brackets.',
});

export const optionalServiceArg = Args.string({
  ignoreStdin: true,
  name: 'SERVICE',
  description: 'Only this service: tcp:HOST:PORT, udp:..., sctp:..., fwmark:MARK or fwmark6:MARK.',
});

export const serverArg = Args.string({
  required: true,
  ignoreStdin: true,
  name: 'SERVER',
  description: "Real server, HOST or HOST:PORT; the port is the service's when left out.",
});

/** A file of services. */
export const tableArg = Args.string({
  required: true,
  ignoreStdin: true,
  name: 'FILE',
  description: 'YAML, JSON, ipvsadm rules or keepalived.conf; - is standard input.',
});

export const stateArg = Args.string({
  required: true,
  ignoreStdin: true,
  name: 'STATE',
  options: ['master', 'backup'],
  description: 'master sends, backup receives.',
});

const largestWeight = 2_147_483_647;

/** oclif's own integer argument throws what is no usage error. */
export const weightArg = Args.custom<number>({
  parse: async text => {
    if (/^\d{1,10}$/.test(text) && Number(text) <= largestWeight) return Number(text);
    const message = `WEIGHT must be an integer 0-${largestWeight} (got '${text}')`;
    throw new FaultError({ code: 'usage', message });
  },
})({
  required: true,
  ignoreStdin: true,
  name: 'WEIGHT',
  description: 'Share of new connections; 0 takes none.',
});

const whole = (options: { min?: number; max?: number; helpValue?: string; summary: string }) =>
  Flags.integer(options);

/** Settings of a service; each left out keeps its default (add) or its present value (edit). */
export const serviceFlags = {
  scheduler: Flags.string({
    char: 's',
    helpValue: 'NAME',
    summary: 'Scheduler: rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, fo, ovf, mh (new service: wlc).',
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
    summary: 'Persistence timeout in seconds (0: off).',
  }),
  netmask: Flags.string({
    helpValue: 'MASK',
    summary: 'Clients of one network share a server: a dotted mask or a prefix length.',
  }),
  engine: Flags.string({ helpValue: 'NAME', summary: 'Persistence engine, e.g. sip (none: remove it).' }),
  'one-packet': Flags.boolean({ allowNo: true, summary: 'Schedule each UDP packet by itself.' }),
};

/** Settings of a real server. */
export const serverFlags = {
  forwarding: Flags.option({ char: 'f', options: ['nat', 'dr', 'tun'] as const })({
    summary: 'How packets reach it: masquerading, direct routing or a tunnel (new server: dr).',
  }),
  weight: whole({
    min: 0,
    max: 2_147_483_647,
    helpValue: 'WEIGHT',
    summary: 'Share of new connections; 0 takes none (new server: 1).',
  }),
  'upper-threshold': whole({
    min: 0,
    max: 2_147_483_647,
    helpValue: 'N',
    summary: 'No new connections above N (0: no limit).',
  }),
  'lower-threshold': whole({
    min: 0,
    max: 2_147_483_647,
    helpValue: 'N',
    summary: 'New connections again below N; must not exceed the upper threshold.',
  }),
  'tunnel-type': Flags.option({ options: ['ipip', 'gue', 'gre'] as const })({
    summary: 'Encapsulation of a tunnel (new tunnel: ipip).',
  }),
  'tunnel-port': whole({ min: 1, max: 65_535, helpValue: 'PORT', summary: 'Port of a gue tunnel.' }),
  'tunnel-checksum': Flags.option({ options: ['nocsum', 'csum', 'remcsum'] as const })({
    summary: 'Checksums inside a gue or gre tunnel (new tunnel: nocsum).',
  }),
};

/** Seconds between samples, with a fraction. */
export const intervalFlag = Flags.custom<number>({
  parse: async text => {
    const seconds = /^\d{1,4}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
    if (seconds >= 0.1 && seconds <= 3600) return seconds;
    throw new FaultError({ code: 'usage', message: `--interval must be 0.1-3600 seconds (got '${text}')` });
  },
})({ char: 'i', default: 1, helpValue: 'SECONDS', summary: 'Seconds between samples, 0.1-3600.' });

export const allowEmptyFlag = Flags.boolean({
  summary: 'Accept a file without services; without this flag it is refused.',
});

export const dryRunFlag = Flags.boolean({ summary: 'Only show what would be done.' });

export const formatFlag = Flags.option({ options: ['yaml', 'json', 'rules', 'keepalived'] as const })({
  summary: 'Input format (default: detected by name and content).',
});
