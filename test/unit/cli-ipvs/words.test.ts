// Services, servers and file formats as the modern commands read them.
// Truth: the forms that lvskit vs --help names; connections as Linux 6.1 lists them in /proc/net/ip_vs_conn.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatOf, readTable } from '../../../src/core/cli/ipvs/table-file.ts';
import { readServer, readService, serviceWord } from '../../../src/core/cli/ipvs/words.ts';
import { unwrap } from '../../../src/core/fault.ts';
import { isTemplate, markOf, parseConnections } from '../../../src/core/ipvs/index.ts';

describe('a service', () => {
  it.each([
    ['tcp:10.0.0.1:80', 'tcp:10.0.0.1:80'],
    ['10.0.0.1:80', 'tcp:10.0.0.1:80'],
    ['udp:[2001:db8::1]:53', 'udp:[2001:db8::1]:53'],
    ['sctp:10.0.0.1:9', 'sctp:10.0.0.1:9'],
    ['tcp:[2001:db8::1]:0', 'tcp:[2001:db8::1]:0'],
    ['fwmark:5', 'fwmark:5'],
    ['fwmark6:4294967295', 'fwmark6:4294967295'],
    ['tcp:localhost:80', undefined],
  ])('%s prints as a word that reads back', async (text, shown) => {
    const id = unwrap(await readService(text));
    if (shown !== undefined) expect(serviceWord(id)).toBe(shown);
    expect(unwrap(await readService(serviceWord(id)))).toEqual(id);
  });

  it.each([
    'fwmark:0',
    'fwmark:4294967296',
    'tcp:10.0.0.1:65536',
    'tcp:10.0.0.1:nosuchservice',
    '10.0.0.1:80:90',
  ])('refuses %s as usage', async text => {
    const read = await readService(text);
    expect(read.ok ? undefined : read.fault.code).toBe('usage');
  });
});

describe('a server', () => {
  it("has its service's port unless it names one", async () => {
    const service = unwrap(await readService('tcp:10.0.0.1:80'));
    expect(unwrap(await readServer('10.0.1.1', service))).toEqual({ address: '10.0.1.1', port: 80 });
    expect(unwrap(await readServer('[::1]:8080', service))).toEqual({ address: '::1', port: 8080 });
  });
});

describe('a table file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lvskit-table-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const rules = '-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.0.1.1:8080 -m -w 1\n';
  const yaml =
    'schema: lvskit/ipvs/1\nservices:\n- {address: 10.0.0.1, port: 80, scheduler: rr, destinations: [{address: 10.0.1.1, port: 8080, forwarding: nat}]}\n';

  it.each([
    ['a.yaml', '', 'yaml'],
    ['a', '{"schema"', 'json'],
    ['a', '# x\n-A -t 10.0.0.1:80\n', 'rules'],
    ['a', 'ipvsadm -A -t 10.0.0.1:80\n', 'rules'],
    ['a', 'virtual_server 10.0.0.1 80 {\n', 'keepalived'],
    ['a', yaml, 'yaml'],
  ])('%s with %j is %s', (name, text, format) => {
    expect(formatOf(name, text)).toBe(format);
  });

  it('holds the same in every language', async () => {
    const expected = unwrap(await readTable(file('t.rules', rules), undefined));
    expect(expected).toMatchObject([{ scheduler: 'rr', destinations: [{ port: 8080, forwarding: 'NAT' }] }]);
    expect(unwrap(await readTable(file('t.yaml', yaml), undefined))).toEqual(expected);
    const conf =
      'virtual_server 10.0.0.1 80 {\n lvs_sched rr\n lvs_method NAT\n protocol TCP\n real_server 10.0.1.1 8080 {\n weight 1\n }\n}\n';
    expect(unwrap(await readTable(file('t.conf', conf), undefined))).toEqual(expected);
  });

  it('is refused with the line that is wrong', async () => {
    const path = file('bad.rules', '-A -t 10.0.0.1:80\n-A -t 10.0.0.1:80\n');
    const read = await readTable(path, undefined);
    expect(read.ok ? [] : read.fault.details).toEqual([`${path}:2: error: Service already exists`]);
    const missing = await readTable(join(folder, 'none'), undefined);
    expect(missing.ok ? undefined : missing.fault.code).toBe('file-unreadable');
  });
});

describe('the connection table', () => {
  const text = `Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
UDP 0AFF0001 D96A 0AFF0001 0009 0AFF0001 0009 UDP             300
UDP 0AFF0001 0000 0AFF0001 0009 0AFF0001 0009 NONE             60
TCP 2001:0db8:0000:0000:0000:0000:0000:0001 D96A 2001:0db8:0000:0000:0000:0000:0000:0002 0050 2001:0db8:0000:0000:0000:0000:0000:0003 0050 ESTABLISHED     899
UDP 0AFF0001 0000 0AFF0001 13C4 0AFF0001 13C4 NONE             60 sip 12345@host
`;

  it('is read with its templates and engine data', () => {
    const entries = parseConnections(text);
    expect(entries.map(isTemplate)).toEqual([false, true, false, true]);
    expect(entries[2]?.virtual).toEqual({ address: '2001:db8::2', port: 80 });
    expect(entries[3]?.engine).toEqual({ name: 'sip', data: '12345@host' });
    expect(entries[0]).toMatchObject({ client: { address: '10.255.0.1', port: 55658 }, expires: 300 });
  });
});

describe('a template of a firewall mark', () => {
  it.each([
    ['0A000102 0000 00000005 0000 0A000101 0000', { kind: 'fwmark', family: 'inet', mark: 5 }],
    ['0A000102 0000 FFFFFFFF 0000 0A000101 0000', { kind: 'fwmark', family: 'inet', mark: 4294967295 }],
    ['fd00::2 0000 ::5 0000 fd01::1 0000', { kind: 'fwmark', family: 'inet6', mark: 5 }],
    ['fd00::2 0000 ::10.0.0.1 0000 fd01::1 0000', { kind: 'fwmark', family: 'inet6', mark: 0x0a000001 }],
  ])('%s', (ends, mark) => {
    const [entry] = parseConnections(`heading\nIP  ${ends} NONE 80\n`);
    expect(entry === undefined ? undefined : markOf(entry)).toEqual(mark);
  });

  it('is none with a protocol or with a client port', () => {
    for (const line of [
      'TCP 0A000102 0000 00000005 0000 0A000101 0000 NONE 80',
      'IP 0A000102 0001 00000005 0000 0A000101 0000 NONE 80',
    ])
      expect(parseConnections(`heading\n${line}\n`).map(markOf)).toEqual([undefined]);
  });
});
