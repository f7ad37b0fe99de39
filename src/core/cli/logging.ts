// The daemon's loggers: every process of one daemon writes whole lines to the same stderr in the same format.
// Behind it: host/log.ts; NO_COLOR (https://no-color.org).

import { createLogger, type LogFormat, type Logger } from '../host/index.ts';

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
