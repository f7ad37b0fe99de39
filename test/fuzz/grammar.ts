// Random configurations from the grammar: blocks and keywords of the catalogue, words of the right kind or nearly so.
// Truth: the catalogue; definitions, loops, conditions, includes and layout of keepalived.conf(5) are put around them.

import fc from 'fast-check';
import { type Argument, catalogue, type Keyword, keywordsOf } from '../../src/core/conf/index.ts';

const odd = [
  '',
  '""',
  '-1',
  '0',
  '4294967296',
  '1.5',
  'x',
  '"a b"',
  "'a b'",
  '$A',
  '${B}',
  '~SEQ(I,1,3)',
  'é',
  '*',
];
const addresses = [
  '10.0.0.1',
  '10.0.0.1/24',
  '2001:db8::1',
  'fe80::1%eth0',
  '224.0.0.18',
  '0.0.0.0',
  '300.1.1.1',
];

/** Words for one argument: mostly what it takes. */
function wordsFor(argument: Argument): readonly string[] {
  switch (argument.type) {
    case 'integer':
      return [argument.min, argument.max, argument.min - 1, argument.max + 1, argument.min + 1].map(String);
    case 'decimal':
      return [argument.min, argument.max, '0.5', '1.000001', '1e3'].map(String);
    case 'boolean':
      return ['on', 'off', 'true', 'no', 'maybe'];
    case 'word':
      return argument.words;
    case 'address':
    case 'prefix':
      return addresses;
    case 'interface':
      return ['eth0', 'lo', 'eth0.100', 'averyveryverylongname0'];
    case 'port':
      return ['80', '0', '65535', '65536', 'http'];
    case 'path':
    case 'script':
      return ['/bin/true', '"/bin/x -a b"', 'relative', '/no where'];
    case 'user':
      return ['root', 'nobody', 'nobody nogroup'];
    case 'hex':
      return ['0xff', 'ff00', 'zz'];
    case 'mac':
      return ['00:00:5e:00:01:33', '0:0'];
    case 'status':
      return ['200', '200-299', '99'];
    case 'time':
      return ['1', '1.5', '60:00'];
    case 'regex':
      return ['"^a.*$"', '"("'];
    case 'named-number':
      return ['main', '254', 'none'];
    case 'text':
    case 'email':
    case 'host':
    case 'domain':
    case 'glob':
      return ['a', 'a@b.example', 'www.example.com', 'V', 'W'];
    case 'syntax':
      return ['V', 'V weight 10', '10.0.0.1 80', '10.0.0.0/24 via 10.0.0.1 dev eth0', '10.0.0.1-5 443'];
  }
}

const lines = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...addresses,
        'eth0',
        'eth0 weight -10',
        'V',
        'W weight 5 reverse',
        'admin@example.com',
      ),
      fc.constantFrom('10.0.0.1/24 dev eth0 label eth0:1', 'default via 10.0.0.1', 'from 10.0.0.0/8 table 7'),
      fc.constantFrom(
        '10.0.0.1 80',
        'fwmark 7',
        '10.0.0.1-20 443',
        '# remark',
        '@id 10.0.0.9',
        '$A',
        '~LST(J, a, b) $J',
      ),
    ),
    { maxLength: 4 },
  )
  .map(each => each.map(line => `${line}\n`).join(''));

const line = (keyword: Keyword): fc.Arbitrary<string> =>
  fc
    .tuple(
      ...keyword.arguments.map(argument =>
        fc.oneof(
          { weight: 8, arbitrary: fc.constantFrom(...wordsFor(argument)) },
          { weight: 1, arbitrary: fc.constantFrom(...odd) },
        ),
      ),
      fc.constantFrom('', '', '', '', 'extra', '# remark', '! remark', '{', '}'),
    )
    .map(words => `${keyword.name} ${words.join(' ')}`);

function block(path: string, depth: number): fc.Arbitrary<string> {
  const keywords = keywordsOf(path);
  if (keywords.length === 0) return lines;
  const one = fc.constantFrom(...keywords).chain(keyword => {
    const inner = path === '(root)' ? keyword.name : `${path}/${keyword.name}`;
    if (keyword.kind === 'lines')
      return fc.tuple(line(keyword), lines).map(([head, body]) => braces(head, body));
    if (keyword.kind !== 'block') return line(keyword);
    return fc
      .tuple(line(keyword), depth > 0 ? block(inner, depth - 1) : fc.constant(''))
      .map(([head, body]) => braces(head, body));
  });
  const around = fc.constantFrom('', '', '', '', '', '@id ', '@^id ', '~SEQ(I,1,2) ', '  ', '\t');
  return fc
    .array(fc.tuple(around, one), { maxLength: path === '(root)' ? 6 : 8 })
    .map(each => each.map(([before, text]) => `${before}${text}\n`).join(''));
}

const braces = (head: string, body: string) => `${head} {\n${body}}`;

const definitions = fc.constantFrom(
  '',
  '$A=10.0.0.1\n',
  '$A=priority 100 \\\n weight 5\n${B}=x\n',
  '$A=$A\n',
  '$B=~SEQ(K,1,3) $K\n',
  'include /etc/other.conf\n',
  'include_check readable\n',
);

/** A main file and the one it may include. */
export const configuration = fc.record({
  main: fc
    .tuple(definitions, block('(root)', 3), fc.constantFrom('\n', '\n', '\r\n'))
    .map(([before, text, end]) => Buffer.from((before + text).replaceAll('\n', end))),
  other: fc.oneof(definitions, block('(root)', 1), block('vrrp_instance', 1)).map(text => Buffer.from(text)),
});

/** Every block of the catalogue by itself, so that each keyword is seen in its place. */
export const oneBlock = fc
  .constantFrom(...catalogue.map(({ path }) => path).filter(path => !/^[<(]/.test(path)))
  .chain(path => {
    const names = path.split('/');
    return block(path, 2).map(body =>
      Buffer.from(
        `${names.map(name => `${name} ${/server/.test(name) ? '10.0.0.1 80' : 'V'} {\n`).join('')}${body}${'}\n'.repeat(names.length)}`,
      ),
    );
  });
