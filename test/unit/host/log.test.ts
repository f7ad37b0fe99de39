// Log lines: one event a line in both formats. Truth: our own format, documented in man/lvskit-run.
import { describe, expect, it } from 'vitest';
import { createLogger, type LogFormat } from '../../../src/core/host/log.ts';

function collect(format: LogFormat, detail: boolean, colour = false) {
  const lines: string[] = [];
  const logger = createLogger({
    process: 'vrrp',
    format,
    detail,
    colour,
    write: line => lines.push(line),
    date: () => new Date('2026-11-21T03:04:05.678Z'),
  });
  return { logger, lines };
}

describe('createLogger', () => {
  it('writes JSON objects with their fields', () => {
    const { logger, lines } = collect('json', false);
    logger.log({ level: 'warning', message: 'late', fields: { instance: 'VI_1', lateness: 3 } });
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      time: '2026-11-21T03:04:05.678Z',
      level: 'warning',
      process: 'vrrp',
      message: 'late',
      instance: 'VI_1',
      lateness: 3,
    });
  });
  it('keeps an event on one line and names its severity', () => {
    const { logger, lines } = collect('text', false);
    logger.log({ level: 'error', message: 'two\nlines' });
    logger.log({ level: 'debug', message: 'hidden' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.678 vrrp: error: two\\nlines\n$/);
  });
  it('makes what peers and files say visible, in JSON too', () => {
    const message = 'SMTP greeting \u001b[2J\u0000\r\u009b31m\u202e';
    const escaped = 'SMTP greeting \\e[2J\\x00\\r\\x9b31m\\u{202e}';
    const text = collect('text', false);
    text.logger.log({ level: 'info', message });
    expect(text.lines[0]).toContain(`vrrp: ${escaped}\n`);
    const json = collect('json', false);
    json.logger.log({ level: 'info', message, fields: { file: message, line: 3 } });
    expect(JSON.parse(json.lines[0] ?? '')).toMatchObject({ message: escaped, file: escaped, line: 3 });
  });
  it('shows debug events with -D and colours only when told', () => {
    const { logger, lines } = collect('text', true, true);
    logger.log({ level: 'debug', message: 'seen' });
    expect(lines[0]).toContain('\u001b[2mseen\u001b[0m');
  });
});
