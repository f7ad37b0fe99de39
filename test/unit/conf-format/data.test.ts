// A configuration as data: which value each kind of keyword has, both ways, and what is refused with its path.
// Truth: keepalived.conf(5) for what a line says; the shapes are lvskit's own, described by docs/schema/keepalived.schema.json.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import {
  catalogue,
  dataOf,
  decodeData,
  plainData,
  readConfiguration,
  schemaOfConfiguration,
} from '../../../src/core/conf/index.ts';
import { tableReader } from '../conf-syntax/file-table.ts';

function toData(content: string | Uint8Array): unknown {
  const reader = tableReader({ '/etc/main.conf': content });
  const reading = readConfiguration('/etc/main.conf', reader, { configId: 'x' });
  return JSON.parse(JSON.stringify(plainData(dataOf(reading, reader).root)));
}

function toConf(data: unknown): string {
  const written = decodeData(data);
  if (!written.ok) throw new Error(written.fault.message);
  return written.value;
}

const inInstance = (lines: string) => `vrrp_instance V {\n${lines.replace(/^/gm, '    ')}\n}\n`;

describe('a keyword of a block', () => {
  it.each([
    ['state MASTER', { state: 'MASTER' }],
    ['priority 100', { priority: 100 }],
    ['advert_int 0.5', { advert_int: 0.5 }],
    ['nopreempt', { nopreempt: true }],
    ['smtp_alert', { smtp_alert: true }],
    ['smtp_alert false', { smtp_alert: false }],
    ['nopreempt off', { nopreempt: { _line: 'nopreempt off' } }],
    ['priority 10x', { priority: { _line: 'priority 10x' } }],
    ['state MASTER x', { state: { _line: 'state MASTER x' } }],
    ['notify_master "/bin/x a  b" root', { notify_master: '"/bin/x a  b" root' }],
    ['notify_master /bin/x', { notify_master: '/bin/x' }],
    ["notify_master '/bin/x'", { notify_master: { _line: "notify_master '/bin/x'" } }],
    ['unknown a "b c"', { unknown: 'a "b c"' }],
    ['7 a', { _other: { _line: '7 a' } }],
    ['virtual_ipaddress {\n    10.0.0.1/24 dev eth0\n}', { virtual_ipaddress: ['10.0.0.1/24 dev eth0'] }],
    ['virtual_ipaddress {\n}', { virtual_ipaddress: [] }],
    ['virtual_ipaddress {\n    a\n}\nvirtual_ipaddress {\n}', { virtual_ipaddress: [['a'], []] }],
    ['authentication {\n    auth_pass 0123\n}', { authentication: { auth_pass: '0123' } }],
  ])('%j is %j', (lines, data) => {
    expect(toData(inInstance(lines))).toEqual({ vrrp_instance: { _name: 'V', ...data } });
    expect(toConf({ vrrp_instance: { _name: 'V', ...data } })).toBe(inInstance(lines));
  });

  it.each([
    ['smtp_alert on', 'smtp_alert'],
    ['smtp_alert off', 'smtp_alert false'],
    ['priority 0100', 'priority 100'],
    ['advert_int 1.50', 'advert_int 1.5'],
    ['state "MASTER"', 'state MASTER'],
    ['notify_master "/bin/x"', 'notify_master /bin/x'],
  ])('%j comes back as %j', (lines, normal) => {
    expect(toConf(toData(inInstance(lines)))).toBe(inInstance(normal));
  });

  it('false leaves a flag out, and null is the keyword alone', () => {
    expect(toConf({ vrrp_instance: { _name: 'V', nopreempt: false, use_vmac: null } })).toBe(
      inInstance('use_vmac'),
    );
  });

  it('one word is quoted where it must be', () => {
    const words = { router_id: 'a b', default_interface: '', process_name: '#1', vrrp_process_name: 'a\\"b' };
    expect(toConf({ global_defs: words })).toBe(
      'global_defs {\n    router_id "a b"\n    default_interface ""\n    process_name "#1"\n    vrrp_process_name a\\"b\n}\n',
    );
  });
});

describe('keywords that repeat', () => {
  it('make a list', () => {
    const text = 'vrrp_script a {\n    interval 1\n}\n\nvrrp_script b {\n    interval 2\n}\n';
    const data = {
      vrrp_script: [
        { _name: 'a', interval: 1 },
        { _name: 'b', interval: 2 },
      ],
    };
    expect(toData(text)).toEqual(data);
    expect(toConf(data)).toBe(text);
  });

  it('are brought together where that changes nothing', () => {
    const data = toData('virtual_server fwmark 1 {\n}\nglobal_defs {\n}\nvirtual_server fwmark 2 {\n}\n');
    expect(data).toEqual({ virtual_server: [{ _name: 'fwmark 1' }, { _name: 'fwmark 2' }], global_defs: {} });
  });

  it('stay in their order where it counts: script_user holds for the scripts behind it', () => {
    const text =
      'vrrp_script a {\n    script /bin/a\n    user x\n    script /bin/b\n}\n\nglobal_defs {\n    script_user one\n    startup_script /bin/s\n    script_user two\n    shutdown_script /bin/t\n}\n';
    expect(toData(text)).toMatchObject({
      global_defs: {
        _block: [
          { script_user: 'one' },
          { startup_script: '/bin/s' },
          { script_user: 'two' },
          { shutdown_script: '/bin/t' },
        ],
      },
    });
    expect(toConf(toData(text))).toBe(text);
  });
});

describe('what no line can say is refused with its path', () => {
  it.each([
    [null, 'the document: a map'],
    [[], 'the document: a map'],
    [{ _name: 'x' }, 'the document: only _block'],
    [{ global_defs: 7 }, 'global_defs: a map of keywords'],
    [{ vrrp_instance: [{ priority: { a: 1 } }] }, 'vrrp_instance[0].priority: one value'],
    [{ vrrp_instance: { virtual_ipaddress: 'a' } }, 'vrrp_instance.virtual_ipaddress: a list of lines'],
    [
      { vrrp_instance: { virtual_ipaddress: [['a'], 'b'] } },
      'vrrp_instance.virtual_ipaddress: lines and lists',
    ],
    [{ vrrp_instance: { virtual_ipaddress: [{}] } }, 'virtual_ipaddress[0]: the text of the line'],
    [{ global_defs: { router_id: 'a\nb' } }, 'global_defs.router_id: "a\\nb" cannot be written'],
    [{ global_defs: { router_id: 'a "b" c' } }, 'cannot be written as one word'],
    [{ vrrp_script: { _name: 'a { b' } }, 'braces belong into quotes'],
    [{ vrrp_script: { script: '/bin/x # y' } }, 'a comment begins here'],
    [{ vrrp_script: { script: '/bin/x "y' } }, 'the closing double quote is missing'],
    [{ vrrp_script: { script: '/bin/x\n}' } }, 'one line is expected'],
    [{ vrrp_instance: [[{}]] }, 'vrrp_instance[0]: a list in a list'],
    [{ vrrp_instance: { virtual_ipaddress: [[['a']]] } }, 'a line of text is expected'],
    [
      Array.from({ length: 300 }).reduce<unknown>(inner => ({ a: inner }), {}),
      'blocks are nested too deep here',
    ],
    [{ 'a b': 1 }, '"a b" is no keyword'],
    [{ global_defs: { _lines: [] } }, 'global_defs._lines: _lines has no meaning here'],
    [{ _block: [{ a: 1, b: 2 }] }, '_block[0]: a map with one keyword'],
    [{ global_defs: { router_id: { _line: 'a', b: 1 } } }, 'only _line and _block'],
  ])('%#: %j', (data, told) => {
    const written = decodeData(data);
    expect(written.ok ? written.value : written.fault.message).toContain(told);
    expect(written.ok).toBe(false);
  });
});

describe('the published schema', () => {
  const published = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../docs/schema/keepalived.schema.json'), 'utf8'),
  );

  const validate = new ajv2020.default({ strict: true, allErrors: true, allowUnionTypes: true }).compile(
    published,
  );
  /** What the data violates, as `path message`. */
  const violations = (data: unknown): readonly string[] =>
    validate(JSON.parse(JSON.stringify(data)))
      ? []
      : (validate.errors ?? []).map(
          ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
        );

  it('is what the catalogue says; `lvskit convert --schema` writes it anew', () => {
    expect(published).toEqual(schemaOfConfiguration());
  });

  it('has every keyword of every block', () => {
    for (const { path, keywords } of catalogue.filter(block => !block.path.startsWith('<'))) {
      const known = Object.keys(published.$defs[path].properties);
      expect(known).toEqual(expect.arrayContaining(keywords.map(({ name }) => name)));
    }
  });

  // The other seeds hold words keepalived does not know.
  const seeds = join(import.meta.dirname, '../../fixtures/seeds');
  it.each(['001-nginx-lb01', '001-nginx-lb02', '001-two-masters-lb01', '001-two-masters-lb02'])(
    'holds for the data of %s',
    name => {
      expect(violations(toData(readFileSync(join(seeds, `${name}.conf`))))).toEqual([]);
    },
  );

  const corpus = process.env['LVSKIT_CORPUS'];
  it.skipIf(corpus === undefined)('holds for the data of all real files that keepalived accepts', () => {
    const rows = readFileSync(join(corpus ?? '', 'oracle.tsv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    const accepted = rows.map(row => row.split('\t')).filter(row => row[6]?.startsWith('ok'));
    expect(accepted.length).toBeGreaterThan(0);
    for (const [id] of accepted) {
      const data = toData(readFileSync(join(corpus ?? '', 'conf', `${id}.conf`)));
      expect({ id, wrong: violations(data) }).toEqual({ id, wrong: [] });
    }
  });

  it.each([
    [{ vrrp_instance: { priorty: 100 } }, '"additionalProperty":"priorty"'],
    [{ vrrp_instance: { priority: 300 } }, '/vrrp_instance/priority must be <= 255'],
    [
      { vrrp_instance: { state: 'Master' } },
      '/vrrp_instance/state must be equal to one of the allowed values',
    ],
    [{ vrrp_instance: { nopreempt: 'off' } }, '/vrrp_instance/nopreempt must be boolean'],
    [
      { virtual_server: [{ real_server: [{ weight: {} }] }] },
      '/virtual_server/0/real_server/0/weight must be ',
    ],
  ])('refuses %j', (data, told) => {
    expect(violations(data).join('\n')).toContain(told);
  });
});
