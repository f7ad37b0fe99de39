// The daemon's loggers: every process of one daemon writes whole lines to the same stderr in the same format.
// Spec: host/log.ts, host/output.ts; NO_COLOR (https://no-color.org).

import { isatty } from 'node:tty';
import type { Diagnostic, Severity } from '../conf/index.ts';
import {
  createLogger,
  type LogEvent,
  type LogFormat,
  type Logger,
  type LogLevel,
  type Output,
  openStandardError,
} from '../host/index.ts';
import { printDiagnostic } from './configuration.ts';

export interface LogOptions {
  readonly logFormat: LogFormat;
  /** -D: debug events too. */
  readonly detail: boolean;
}

const lost = (count: number): string =>
  `${count} log ${count === 1 ? 'line' : 'lines'} dropped: the log could not be written in time`;

/** What a log may be limited to; errors are always written. */
export type LogThreshold = Exclude<LogLevel, 'error'>;
const ranks = { debug: 0, info: 1, warning: 2, error: 3 } as const satisfies Record<LogLevel, number>;

/** Of this process; undefined: what the command line says. */
let threshold: LogThreshold | undefined;

export const setLogLevel = (level: LogThreshold): void => {
  threshold = level;
};

export const logLevelOf = ({ detail }: Pick<LogOptions, 'detail'>): LogThreshold =>
  threshold ?? (detail ? 'debug' : 'info');

/** One for each process: its queue is what bounds the memory. */
let output: Output | undefined;

/** Resolves when what was logged is out, or after so many milliseconds. */
export const logDrained = (patience: number): Promise<void> => output?.drained(patience) ?? Promise.resolve();

export function daemonLogger(name: string, options: LogOptions): Logger {
  const noColour = process.env['NO_COLOR'];
  const format = (write: (line: string) => void) =>
    createLogger({
      process: name,
      format: options.logFormat,
      detail: true,
      colour: isatty(2) && (noColour === undefined || noColour === ''),
      write,
      date: () => new Date(),
    });
  output ??= openStandardError(count => {
    const lines: string[] = [];
    format(line => lines.push(line)).log({ level: 'warning', message: lost(count) });
    return lines.join('');
  });
  const logger = format(output.write);
  return {
    log(event) {
      if (ranks[event.level] >= ranks[logLevelOf(options)]) logger.log(event);
    },
  };
}

const levels = { error: 'error', warning: 'warning', info: 'info' } as const satisfies Record<
  Severity,
  LogLevel
>;

/** A finding of the configuration as a log event: its line for people, its place as fields for programs. */
export function diagnosticEvent(diagnostic: Diagnostic): LogEvent {
  const { rule, severity, place } = diagnostic;
  return {
    level: levels[severity],
    // An event is one line; related places follow on it.
    message: printDiagnostic(diagnostic).replaceAll('\n  ', '; '),
    fields: { rule, file: place.file, line: place.line, column: place.column },
  };
}
