// The daemon's loggers: every process of one daemon writes whole lines to the same stderr in the same format.
// Spec: host/log.ts; NO_COLOR (https://no-color.org).

import type { Diagnostic, Severity } from '../conf/index.ts';
import { createLogger, type LogEvent, type LogFormat, type Logger, type LogLevel } from '../host/index.ts';
import { printDiagnostic } from './configuration.ts';

export interface LogOptions {
  readonly logFormat: LogFormat;
  /** -D: debug events too. */
  readonly detail: boolean;
}

export function daemonLogger(name: string, options: LogOptions): Logger {
  const noColour = process.env['NO_COLOR'];
  return createLogger({
    process: name,
    format: options.logFormat,
    detail: options.detail,
    colour: process.stderr.isTTY === true && (noColour === undefined || noColour === ''),
    write: line => process.stderr.write(line),
    date: () => new Date(),
  });
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
    message: printDiagnostic(diagnostic),
    fields: { rule, file: place.file, line: place.line, column: place.column },
  };
}
