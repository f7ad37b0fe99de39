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

export const targetArg = (description: string) => ({
  target: Args.string({ required: true, ignoreStdin: true, description }),
});
