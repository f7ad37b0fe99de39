// Log lines on stderr: one event a line, readable or JSON (one object a line).
// Spec: syslog severities (RFC 5424 section 6.2.1); colour only on a terminal without NO_COLOR; visible.ts for what others wrote.

import type { Fields } from '../fields.ts';
import { visible } from '../visible.ts';

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';
export type LogFormat = 'text' | 'json';

export interface LogEvent {
  readonly level: LogLevel;
  readonly message: string;
  /** What the message says, for JSON readers: instance, service, server, from, to, cause. Text is the message alone. */
  readonly fields?: Fields;
}

export interface Logger {
  log(event: LogEvent): void;
}

export interface LoggerOptions {
  /** `supervisor`, `vrrp`, `checker`. */
  readonly process: string;
  readonly format: LogFormat;
  /** Debug events are shown too (-D). */
  readonly detail: boolean;
  readonly colour: boolean;
  write(line: string): void;
  /** Wall-clock time of the event. */
  date(): Date;
}

const colours = {
  debug: '\u001b[2m',
  info: '',
  warning: '\u001b[33m',
  error: '\u001b[31m',
} as const satisfies Record<LogLevel, string>;

const pad = (n: number, width = 2): string => String(n).padStart(width, '0');

/** Local time to the millisecond: `2026-11-21 03:04:05.678`. */
const localTime = (date: Date): string =>
  `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ` +
  `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;

/** JSON escapes C0 only: a reader that decodes it and prints the text is as exposed as a terminal. */
const visibleFields = (fields: Fields = {}): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? visible(value) : value]),
  );

export function createLogger(options: LoggerOptions): Logger {
  return {
    log({ level, message, fields }) {
      if (level === 'debug' && !options.detail) return;
      const date = options.date();
      if (options.format === 'json') {
        const said = { message: visible(message), ...visibleFields(fields) };
        const event = { time: date.toISOString(), level, process: options.process, ...said };
        options.write(`${JSON.stringify(event)}\n`);
        return;
      }
      const mark = level === 'info' || level === 'debug' ? '' : `${level}: `;
      const text = `${mark}${visible(message)}`;
      const colour = options.colour ? colours[level] : '';
      const shown = colour === '' ? text : `${colour}${text}\u001b[0m`;
      options.write(`${localTime(date)} ${options.process}: ${shown}\n`);
    },
  };
}
