// Work grows with the text and not faster: families of texts that tempt a reader to look again and again.
// Truth: processor time of four times the text, least of several runs; a quadratic walk takes sixteen times as long.

import { describe, expect, it } from 'vitest';
import {
  dataOf,
  decodeData,
  formatFile,
  plainData,
  printExpanded,
  readConfiguration,
  SourceFile,
} from '../../src/core/conf/index.ts';
import { formatNames, lint, reporters } from '../../src/core/lint/index.ts';
import { mainPath } from '../property/laws.ts';
import { tableReader } from '../unit/conf-syntax/file-table.ts';
import { budget } from './damage.ts';

type Files = Readonly<Record<string, string>>;

const each = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('');
const one = (text: string): Files => ({ [mainPath]: text });
const router = (index: number, extra = '') => `vrrp_instance V${index} {
  interface eth${index % 50}
  virtual_router_id ${(index % 255) + 1}
  virtual_ipaddress {
    10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}/32
  }
${extra}}
`;
const service = (index: number, extra = '') =>
  `virtual_server 10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255} 80 {\n  lb_algo rr\n${extra}}\n`;

const families: Readonly<Record<string, (n: number) => Files>> = {
  'deep nesting': n => one('a {\n'.repeat(n) + '}\n'.repeat(n)),
  'deep nesting that never ends': n => one('vrrp_instance V {\n'.repeat(n)),
  'opening braces on a line': n => one('{ '.repeat(n)),
  'closing braces': n => one('}\n'.repeat(n)),
  'braces that cross': n => one('a { }\n}\nb {\n'.repeat(n)),
  'one long word': n => one(`router_id ${'x'.repeat(n * 10)}\n`),
  'one line of many words': n => one(`router_id ${'x '.repeat(n * 5)}\n`),
  'one line of quotes': n => one(`router_id ${'"'.repeat(n * 10)}\n`),
  'quotes that never end': n => one('router_id "a b\n'.repeat(n)),
  'quotes of both kinds': n => one(`"a' '"\\" `.repeat(n)),
  'backslashes at the end': n => one('a \\\n'.repeat(n)),
  blanks: n => one(`${' '.repeat(n * 10)}\n${'\t\n'.repeat(n)}`),
  comments: n => one('# remark ! and # more\n'.repeat(n)),
  'carriage returns': n => one('a\rb\r'.repeat(n)),
  'NUL bytes': n => one('a\0b\n'.repeat(n)),
  'bytes that are no UTF-8': n => one('vrrp_script \ufffd {\n}\n'.repeat(n)),
  'many definitions, each used': n => one(each(n, i => `$A${i}=${i}\n`) + each(n, i => `x $A${i}\n`)),
  'definitions of definitions': n => one(`$A0=x\n${each(n, i => `$A${i + 1}=$A${i}\n`)}y $A${n}\n`),
  'one definition used often': n => one(`$A=a b c\n${'x $A $A\n'.repeat(n)}`),
  'dollars of nothing': n => one('a $ ${ $} ${} $x ${y}\n'.repeat(n)),
  'a long definition of many lines': n => one(`$A=a \\\n${'  b \\\n'.repeat(n)}  c\n$A\n`),
  'a long definition that contains itself': n => one(`$A=a \\\n${'  b \\\n'.repeat(n / 8)}  $A\n$A\n`),
  'a loop of many rounds': n => one(`static_ipaddress {\n  ~SEQ(i, 1, ${n}) 10.0.0.1 label $i\n}\n`),
  'many loops': n => one('~SEQ(i, 1, 3) x $i\n'.repeat(n)),
  'loops in one line': n => one(`${'~SEQ(i, 1, 2) '.repeat(Math.log2(n))} x\n`),
  'a list of many items': n => one(`~LST(i, ${each(n, i => `${i}, `)}0) x $i\n`),
  'conditions on one line': n => one(`${'@id '.repeat(n * 5)} x\n`),
  'many conditions': n => one(each(n, i => `@host${i} x\n@^host${i} y\n`)),
  'many include lines': n => ({ ...one('include /etc/other.conf\n'.repeat(n)), '/etc/other.conf': 'x\n' }),
  'includes of includes': n => ({
    ...one('include /etc/0.conf\n'),
    ...Object.fromEntries(
      Array.from({ length: Math.min(n, 2_000) }, (_, i) => [
        `/etc/${i}.conf`,
        `x\ninclude /etc/${i + 1}.conf\n`,
      ]),
    ),
  }),
  'unknown keywords': n => one(`vrrp_instance V {\n${each(n, i => `  wrd${i} x\n`)}}\n`),
  'one misspelt keyword': n => one(`vrrp_instance V {\n${'  prioritty 7\n'.repeat(n)}}\n`),
  'names that are not defined': n =>
    one(
      each(n, i => `vrrp_script check${i} {\n  script /bin/true\n}\n`) +
        router(0, `  track_script {\n${each(n, i => `    chck${i}\n`)}  }\n`),
    ),
  'one keyword again and again': n => one(`vrrp_instance V {\n${'  priority 7\n'.repeat(n)}}\n`),
  'many instances': n => one(each(n, i => router(i))),
  'one instance again and again': n => one(router(7).repeat(n)),
  'one address again and again': n =>
    one(`vrrp_instance V {\n  virtual_ipaddress {\n${'    10.0.0.1\n'.repeat(n)}  }\n}\n`),
  'many addresses': n =>
    one(
      `vrrp_instance V {\n  virtual_ipaddress {\n${each(n, i => `    10.0.${i >> 8}.${i & 255}\n`)}  }\n}\n`,
    ),
  'many unicast peers': n =>
    one(router(0, `  unicast_peer {\n${each(n, i => `    10.9.${i >> 8}.${i & 255}\n`)}  }\n`)),
  'a group of many': n =>
    one(each(n, i => router(i)) + `vrrp_sync_group G {\n  group {\n${each(n, i => `    V${i}\n`)}  }\n}\n`),
  'many services': n => one(each(n, i => service(i, '  real_server 10.1.0.1 80 {\n  }\n'))),
  'one service again and again': n => one(service(7, '  lb_kind NAT\n').repeat(n)),
  'many servers of one service': n =>
    one(
      service(
        7,
        each(n, i => `  real_server 10.1.${i >> 8}.${i & 255} 80 {\n    TCP_CHECK {\n    }\n  }\n`),
      ),
    ),
  'one server again and again': n => one(service(7, '  real_server 10.1.0.1 80 {\n  }\n'.repeat(n))),
  'comments that silence': n => one('x y # lvskit-disable-line unknown-keyword -- why not\n'.repeat(n)),
  'records of a group': n =>
    one(`virtual_server_group G {\n${each(n, i => `  10.0.${i >> 8}.${i & 255} 80\n`)}}\n`),
};

const reader = (files: Files) => tableReader(files);

const walks: Readonly<Record<string, (files: Files) => void>> = {
  lint(files) {
    const result = lint(mainPath, reader(files), { configId: 'id' });
    for (const name of formatNames) reporters[name]([result], { version: '0', colour: false });
  },
  fmt(files) {
    formatFile(new SourceFile(mainPath, Buffer.from(files[mainPath]!)));
  },
  'expand and convert'(files) {
    const reading = readConfiguration(mainPath, reader(files), { configId: 'id' });
    printExpanded(reading.statements, { origins: true });
    decodeData(plainData(dataOf(reading, reader(files)).root));
  },
};

/** Milliseconds of processor time, so that neighbours on the machine count less. */
function spent(walk: (files: Files) => void, files: Files): number {
  const before = process.cpuUsage();
  walk(files);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The least of up to five runs; one that is fast enough ends the search. */
function least(walk: (files: Files) => void, files: Files, enough: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5 && best > enough; run++) best = Math.min(best, spent(walk, files));
  return best;
}

/** Milliseconds a walk must take to be compared: the longer, the less chance has to say. */
const floor = budget > 8 ? 15 : 5;
const factor = 4;
const worst = 10;

describe('four times the text takes about four times the work', () => {
  it.each(Object.entries(families))('%s', { timeout: 120_000 }, (_name, family) => {
    for (const [name, walk] of Object.entries(walks)) {
      let size = 512;
      let small = least(walk, family(size), 0);
      while (small < floor && size < 16_384) {
        size *= 2;
        small = least(walk, family(size), 0);
      }
      const large = least(walk, family(size * factor), small * worst);
      expect(
        large / small,
        `${name}: ${size} ${small.toFixed(1)} ms, ${size * factor} ${large.toFixed(1)} ms`,
      ).toBeLessThan(worst);
    }
  });
});
