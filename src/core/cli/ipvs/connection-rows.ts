// Lines of the connection table as rows of the listing, by what a hundred thousand of them have in common: all but client and time left.
// Spec: net/netfilter/ipvs/ip_vs_conn.c ip_vs_conn_seq_show (columns of IPv4); layout.ts, whose row it is (test/property/layout.test.ts).

import type { SideBySide } from './layout.ts';

/*
   0    4        13   18                                      58
   TCP  0A4D0101 8F3C 0A4D0001 0050 0A4D0101 0050 ESTABLISHED     899
   |    client        |virtual      |server       |state      |time left, 7 places
*/
const clientAt = 4;
const clientPortAt = 13;
const middleAt = 18;
const expiresAt = 57;
const lineLength = 65;
const shortClient = '00000001 0001';
const shortTime = '       1';
/** Services, servers and states are few; a table with more is a strange one. */
const mostMiddles = 4_096;

/** What stands around the client and the time left of every line with this middle. */
interface Frame {
  readonly before: string;
  readonly after: string;
}

/** `whole` prints any line. The result is undefined for lines that are none of IPv4 without an engine, and for templates. */
export function connectionRows(
  { cells: [, expiresWidth = 0, clientWidth = 0] }: SideBySide,
  whole: (line: string) => string | undefined,
): (line: string) => string | undefined {
  const frames = new Map<string, Frame | undefined>();
  // A client and a time that no column is too narrow for: how they stand in the row.
  const shown = `${'1 s'.padStart(expiresWidth)}  ${'0.0.0.1:1'.padEnd(clientWidth)}`;

  /** Cut out of the row that the layout prints of such a line. */
  function frameOf(line: string): Frame | undefined {
    const middle = line.slice(middleAt, expiresAt);
    const row = whole(`${line.slice(0, clientAt)}${shortClient} ${middle}${shortTime}`) ?? '';
    const at = row.indexOf(shown);
    return at < 0 ? undefined : { before: row.slice(0, at), after: row.slice(at + shown.length) };
  }
  return line => {
    if (line.length !== lineLength || line.charCodeAt(clientAt + 8) !== 32) return undefined;
    const port = Number.parseInt(line.slice(clientPortAt, clientPortAt + 4), 16);
    if (port === 0) return undefined;
    const key = line.slice(0, 3) + line.slice(middleAt, expiresAt);
    let frame = frames.get(key);
    if (frame === undefined) {
      if (frames.has(key)) return undefined;
      if (frames.size >= mostMiddles) frames.clear();
      frame = frameOf(line);
      frames.set(key, frame);
      if (frame === undefined) return undefined;
    }
    const address = Number.parseInt(line.slice(clientAt, clientAt + 8), 16);
    const client = `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}:${port}`;
    const expires = `${line.slice(expiresAt + 1).trimStart()} s`;
    return `${frame.before}${expires.padStart(expiresWidth)}  ${client.padEnd(clientWidth)}${frame.after}`;
  };
}
