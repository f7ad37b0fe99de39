// ipvsadm's restore format. Truth: input given to ipvsadm 1.31 on Linux 6.1 and what its -S -n printed afterwards.
import { describe, expect, it } from 'vitest';
import {
  applyToTable,
  parseRule,
  parseSave,
  printSave,
  type Service,
  servicesOf,
  tableOf,
} from '../../../src/core/ipvs/index.ts';
import type { Address } from '../../../src/core/net/index.ts';

/** The table after all rules; fails on any problem or refusal. */
function tableAfter(text: string): Service[] {
  const parsed = parseSave(text);
  expect(parsed.problems).toEqual([]);
  const table = tableOf([]);
  for (const { rule } of parsed.rules) expect(applyToTable(table, rule)).toBeUndefined();
  return servicesOf(table);
}

const given = `-A -t 10.0.0.1:80 -s wrr
-A -u 10.0.0.1:53 -s rr -o
-A --sctp-service 10.0.0.1:99 -s lc
-A -t 10.0.0.2:0 -s wlc -p
-A -t 10.0.0.3:80 -s sh -b sh-fallback,sh-port -p 60 -M 255.255.255.0
-A -t 10.0.0.4:80 -s mh -b mh-port
-A -t 10.0.0.5:80 -s wrr -b flag-1,flag-3
-A -u 10.0.0.6:5060 -s rr -p 50 --pe sip -o
-A -t 10.0.0.7:80 -s rr -p 60 -M 255.0.255.0
-A -f 5 -s rr
-A -f 6 -6 -s rr -p 100 -M 64
-A -t [2001:db8::1]:80 -s rr
-A -t [2001:db8::2]:80 -s rr -p 77
-a -t 10.0.0.1:80 -r 192.168.0.1:8080 -m -w 3 -x 100 -y 50
-a -t 10.0.0.1:80 -r 192.168.0.2 -g -w 0
-a -t 10.0.0.1:80 -r 192.168.0.3:81 -g -w 2147483647
-a -t 10.0.0.1:80 -r 192.168.0.4 -i
-a -t 10.0.0.1:80 -r 192.168.0.5 -i --tun-type gue --tun-port 6080 --tun-csum
-a -t 10.0.0.1:80 -r 192.168.0.6 -i --tun-type gue --tun-port 6080 --tun-remcsum
-a -t 10.0.0.1:80 -r 192.168.0.7 -i --tun-type gre
-a -t 10.0.0.1:80 -r 192.168.0.8 -i --tun-type gre --tun-csum
-a -t 10.0.0.1:80 -r 127.0.0.1 -g
-a -f 5 -r 192.168.0.1 -g
-a -t [2001:db8::1]:80 -r [2001:db8::5]:81 -m
`;
const printed = `-A -t 10.0.0.1:80 -s wrr
-a -t 10.0.0.1:80 -r 127.0.0.1:80 -g -w 1
-a -t 10.0.0.1:80 -r 192.168.0.1:8080 -m -w 3
-a -t 10.0.0.1:80 -r 192.168.0.2:80 -g -w 0
-a -t 10.0.0.1:80 -r 192.168.0.3:80 -g -w 2147483647
-a -t 10.0.0.1:80 -r 192.168.0.4:80 -i -w 1 --tun-type ipip
-a -t 10.0.0.1:80 -r 192.168.0.5:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum
-a -t 10.0.0.1:80 -r 192.168.0.6:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-remcsum
-a -t 10.0.0.1:80 -r 192.168.0.7:80 -i -w 1 --tun-type gre --tun-nocsum
-a -t 10.0.0.1:80 -r 192.168.0.8:80 -i -w 1 --tun-type gre --tun-csum
-A -t 10.0.0.2:0 -s wlc -p 360
-A -t 10.0.0.3:80 -s sh -p 60 -M 255.255.255.0 -b sh-fallback,sh-port
-A -t 10.0.0.4:80 -s mh -b mh-port
-A -t 10.0.0.5:80 -s wrr -b flag-1,flag-3
-A -t 10.0.0.7:80 -s rr -p 60 -M 255.0.255.0
-A -u 10.0.0.1:53 -s rr -o
-A -u 10.0.0.6:5060 -s rr -p 50 --pe sip -o
-A --sctp-service 10.0.0.1:99 -s lc
-A -t [2001:db8::1]:80 -s rr
-a -t [2001:db8::1]:80 -r [2001:db8::5]:81 -m -w 1
-A -t [2001:db8::2]:80 -s rr -p 77
-A -f 5 -s rr
-a -f 5 -r 192.168.0.1:0 -g -w 1
-A -f 6 -6 -s rr -p 100 -M 64
`;

describe('a saved table', () => {
  it('prints byte for byte what ipvsadm -S -n printed for the same commands', () => {
    expect(printSave(tableAfter(given), { exact: true })).toBe(printed);
  });

  it('keeps thresholds, which ipvsadm loses, and reads them back', () => {
    const services = tableAfter(given);
    const text = printSave(services);
    expect(text).toContain('-r 192.168.0.1:8080 -m -w 3 -x 100 -y 50\n');
    expect(printSave(tableAfter(text))).toBe(text);
  });
});

describe('one rule', () => {
  it.each([
    ['ipvsadm -At 10.0.0.1:80 -srr', 'add-service'],
    ['/sbin/ipvsadm --edit-service --tcp-service=10.0.0.1:80 --scheduler rr', 'edit-service'],
    ['-D -u 10.0.0.1:80', 'remove-service'],
    ['-e -t 10.0.0.1:80 -r 10.1.0.1 -w5 --masquerading', 'edit-destination'],
    ['-d -t 10.0.0.1:80 -r 10.1.0.1:8080', 'remove-destination'],
    ['-C', 'clear'],
    ['-Z -f 7', 'zero'],
  ])('%s', (line, kind) => {
    expect(parseSave(line).rules.map(one => one.rule.kind)).toEqual([kind]);
  });

  it.each([
    ['-A -t 10.0.0.9:0 -s wrr', /zero port/],
    ['-A -t 10.0.0.1:80 -s', /needs an argument/],
    ['-A -t 10.0.0.1:80 -t 10.0.0.2:80', /twice/],
    ['-A -t 10.0.0.1:80 -u 10.0.0.1:80', /more than one virtual service/],
    ['-A -t 10.0.0.1:http -s rr', /not a port/],
    ['-A -t web:80 -s rr', /not an address/],
    ['-A -t 2001:db8::1 -s rr', /brackets/],
    ['-A -t 10.0.0.1:80 -w 5', /does not belong/],
    ['-A -f 0', /firewall mark/],
    ['-A -t 10.0.0.1:80 -p 0', /timeout/],
    ['-A -t 10.0.0.1:80 -b nosuch', /scheduler flag/],
    ['-a -t 10.0.0.1:80', /-r is missing/],
    ['-a -t 10.0.0.1:80 -r [2001:db8::1] -m', /other address family/],
    ['-a -t 10.0.0.1:80 -r 10.0.0.2 -g -m', /more than one forwarding/],
    ['-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-type gue', /needs --tun-port/],
    ['-a -t 10.0.0.1:80 -r 10.0.0.2 -w -1', /not a number|--weight/],
    ['-A -D -t 10.0.0.1:80', /in one rule/],
    ['-t 10.0.0.1:80', /no command/],
    ['-A -t 10.0.0.1:80 stray', /unexpected word/],
    ['-A -t 10.0.0.1:80 --nosuch', /unknown option/],
  ])('%s is refused', (line, reason) => {
    const { rules, problems } = parseSave(`# comment\n\n${line}`);
    expect(rules).toEqual([]);
    expect(problems).toMatchObject([{ line: 3, message: expect.stringMatching(reason) }]);
  });

  it('reads names where a lookup is given', () => {
    const lookup = { host: () => '10.0.0.8' as Address, port: () => 443 };
    expect(parseRule(['-D', '-t', 'web:https'], lookup)).toEqual({
      kind: 'remove-service',
      id: { kind: 'address', protocol: 'tcp', address: '10.0.0.8', port: 443 },
    });
  });
});
