// Flags that the `check` commands share. Man pages and help are made from these texts.
import { Args, Flags } from '@oclif/core';
import { FaultError } from '../../fault.ts';

/** Where packets leave. */
export const sourceFlags = {
  from: Flags.string({ helpValue: 'IP', summary: 'Source address of the connections (bindto).' }),
  fwmark: Flags.integer({
    min: 0,
    max: 4_294_967_295,
    helpValue: 'MARK',
    summary: 'Mark of the packets, as policy routing sees it.',
  }),
  'bind-if': Flags.string({ helpValue: 'INTERFACE', summary: 'Interface that the packets leave by.' }),
};

export const fileArgs = {
  file: Args.string({
    ignoreStdin: true,
    default: '/etc/keepalived/keepalived.conf',
    description: 'The configuration file.',
  }),
};

export const configIdFlag = {
  'config-id': Flags.string({
    char: 'i',
    helpValue: 'ID',
    summary: 'Identity for @ID lines (default: host name).',
  }),
};

interface Given {
  readonly from?: string | undefined;
  readonly fwmark?: number | undefined;
  readonly 'bind-if'?: string | undefined;
}

/** The same as the commands' work takes them. */
export const sourceGiven = (flags: Given) => ({
  from: flags.from,
  fwmark: flags.fwmark,
  bindInterface: flags['bind-if'],
});

const positive = (name: string) =>
  Flags.custom<number>({
    parse: async text => {
      const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
      if (!(value > 0 && value <= 86_400))
        throw new FaultError({ code: 'usage', message: `--${name} must be seconds above 0 (got '${text}')` });
      return value;
    },
  });

/** What every one-shot check takes. */
export const probeFlags = {
  timeout: positive('timeout')({
    char: 't',
    default: 5,
    helpValue: 'SECONDS',
    summary: 'Time for the connection, and for each answer (connect_timeout).',
  }),
  warning: positive('warning')({
    char: 'w',
    helpValue: 'SECONDS',
    summary: 'Warn (exit 1) when a success took so long.',
  }),
  critical: positive('critical')({
    char: 'c',
    helpValue: 'SECONDS',
    summary: 'Fail (exit 2) when a success took so long.',
  }),
  repeat: Flags.integer({ min: 1, max: 1_000_000, default: 1, helpValue: 'N', summary: 'Ask so often.' }),
  interval: positive('interval')({
    default: 1,
    helpValue: 'SECONDS',
    summary: 'Wait between two questions.',
  }),
  json: Flags.boolean({ summary: 'Print JSON, one document a question.' }),
};

interface ProbeFlags {
  readonly timeout: number;
  readonly warning?: number | undefined;
  readonly critical?: number | undefined;
  readonly repeat: number;
  readonly interval: number;
  readonly json?: boolean;
}

/** The same as the commands' work takes them. */
export const probeGiven = ({ timeout, warning, critical, repeat, interval, json = false }: ProbeFlags) => ({
  ...{ timeout, warning, critical, repeat, interval, json },
});

/** What is asked of a web server, and what is right. */
export const pageFlags = {
  host: Flags.string({
    helpValue: 'NAME',
    summary: 'Host header (virtualhost; default: the name in TARGET).',
  }),
  status: Flags.string({
    helpValue: 'CODES',
    summary: 'Status codes that are right: 200-299,404 (default: 200-299).',
  }),
  digest: Flags.string({ helpValue: 'MD5', summary: 'The digest that the page must have.' }),
  regex: Flags.string({ helpValue: 'PATTERN', summary: 'What the page must have (PCRE2).' }),
  'no-match': Flags.boolean({ dependsOn: ['regex'], summary: 'What the page must not have.' }),
  protocol: Flags.option({ options: ['1.0', '1.0C', '1.1'] as const, default: '1.0' as const })({
    summary: 'HTTP version; 1.0C is 1.0 with Connection: close.',
  }),
};

interface PageFlags {
  readonly host?: string | undefined;
  readonly status?: string | undefined;
  readonly digest?: string | undefined;
  readonly regex?: string | undefined;
  readonly 'no-match'?: boolean;
  readonly protocol: '1.0' | '1.0C' | '1.1';
}

/** The same as the commands' work takes them. */
export const pageGiven = ({ host, status, digest, regex, protocol, ...flags }: PageFlags) => ({
  ...{ host, status, digest, regex, protocol },
  noMatch: flags['no-match'] ?? false,
});

/** `USER[:GROUP]` of --as; an empty part is not given. */
export function accountGiven(as = ''): {
  readonly user: string | undefined;
  readonly group: string | undefined;
} {
  const [user, group] = as.split(':');
  return { user: user === '' ? undefined : user, group: group === '' ? undefined : group };
}

export const targetArg = (description: string) => ({
  target: Args.string({ required: true, ignoreStdin: true, description }),
});
