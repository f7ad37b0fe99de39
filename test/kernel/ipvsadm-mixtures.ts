// Tables that mix kinds of entries, each listed in every way there is: which of a service's and server's settings a listing shows, and how.
// Spec: ipvsadm(8); what they must answer is decided by ipvsadm 1.31 in the same run, so nothing is expected here.

import type { Scenario, Step } from './ipvsadm-lines.ts';

/** A firewall mark beside addresses, persistence engines without persistence, masks without it, flags without names, every tunnel. */
const tables: Readonly<Record<string, string>> = {
  'a mark beside addresses': `
-A -f 1 -s rr
-a -f 1 -r 10.4.1.3:8080 -m -w 3
-a -f 1 -r 10.4.1.4:80 -g
-a -f 1 -r 10.4.1.5 -i -w 0
-A -t 10.0.0.1:80
-a -t 10.0.0.1:80 -r 10.4.1.3:8080 -m
-A -u 10.0.0.1:53 -o
-a -u 10.0.0.1:53 -r 10.4.1.3:53 -m`,
  'marks of both families': `
-A -f 7 -6 -s wrr
-a -f 7 -r [2001:db8::7]:443 -m -w 9
-a -f 7 -r [2001:db8::8]:22 -g
-A -f 7 -s wlc
-a -f 7 -r 10.4.1.7:443 -m
-A -f 2147483648 -p 60
-a -f 2147483648 -r 10.4.1.8:25 -m`,
  'engines with and without persistence': `
-A -u 10.0.0.1:5060 --pe sip
-a -u 10.0.0.1:5060 -r 10.4.1.3:5060 -m
-A -u 10.0.0.2:5060 --pe sip -p
-A -u 10.0.0.3:5060 --pe sip -p 77 -o
-A -u [2001:db8::1]:5060 --pe sip
-A -u [2001:db8::2]:5060 --pe sip -p 5 -M 64
-A -f 5 --pe sip
-A -f 6 --pe sip -p 9 -M 255.255.0.0`,
  'masks with and without persistence': `
-A -t 10.0.0.1:80 -M 255.255.255.0
-A -t 10.0.0.2:80 -M 255.255.255.0 -p
-A -t 10.0.0.3:80 -M 255.255.255.255 -p 10
-A -t 10.0.0.4:80 -M 255.0.255.0 -p 10
-A -t [2001:db8::1]:80 -M 48
-A -t [2001:db8::2]:80 -M 48 -p 3
-A -t [2001:db8::3]:80 -M 128 -p 3
-A -f 5 -M 255.0.0.0
-A -f 6 -6 -M 32 -p 8`,
  'flags with and without names': `
-A -t 10.0.0.1:80 -s sh -b flag-3
-A -t 10.0.0.2:80 -s sh -b flag-1,flag-3
-A -t 10.0.0.3:80 -s mh -b flag-3
-A -t 10.0.0.4:80 -s mh -b mh-port,mh-fallback,flag-3
-A -t 10.0.0.5:80 -s wlc -b flag-3
-A -t 10.0.0.6:80 -s sh -b sh-port -p 60 -M 255.255.0.0
-A -t [2001:db8::6]:80 -s sh -b flag-3 -p 60 -M 64
-A -f 5 -s sh -b sh-fallback`,
  'every tunnel beside other methods': `
-A -t 10.0.0.1:80
-a -t 10.0.0.1:80 -r 10.4.1.1 -i
-a -t 10.0.0.1:80 -r 10.4.1.2 -i --tun-type gue --tun-port 6080
-a -t 10.0.0.1:80 -r 10.4.1.3 -i --tun-type gue --tun-port 6081 --tun-csum
-a -t 10.0.0.1:80 -r 10.4.1.4 -i --tun-type gue --tun-port 6082 --tun-remcsum
-a -t 10.0.0.1:80 -r 10.4.1.5 -i --tun-type gre
-a -t 10.0.0.1:80 -r 10.4.1.6 -i --tun-type gre --tun-csum
-a -t 10.0.0.1:80 -r 10.4.1.7 -g
-a -t 10.0.0.1:80 -r 10.4.1.8:81 -m
-a -t 10.0.0.1:80 -r [2001:db8::9] -i
-A -t [2001:db8::1]:80
-a -t [2001:db8::1]:80 -r 10.4.1.1 -i --tun-type gre`,
  'thresholds and great numbers': `
-A -t 10.0.0.1:80
-a -t 10.0.0.1:80 -r 10.4.1.1 -x 2147483647 -y 1 -w 2147483647
-a -t 10.0.0.1:80 -r 10.4.1.2 -x 9 -w 65536
-a -t 10.0.0.1:80 -r 10.4.1.3:65535 -m -x 100000 -y 99999 -w 0
-A -t 255.255.255.254:65535
-A --sctp-service 10.0.0.1:2905 -s nq
-a --sctp-service 10.0.0.1:2905 -r 10.4.1.1 -w 7`,
  'the longest addresses': `
-A -t [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:65535 -p 2678400 -M 64 -s sh -b sh-port,sh-fallback
-a -t [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:65535 -r [2001:db8:aaaa:bbbb:cccc:dddd:eeee:1111]:65535 -m
-a -t [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:65535 -r 223.255.255.254 -i
-A -t 223.255.255.253:65535 -s sh -p 2678400 -M 255.255.255.0
-a -t 223.255.255.253:65535 -r 223.255.255.252:65535 -m`,
};

const views = ['', '--stats', '--rate', '--thresholds', '--persistent-conn', '--tun-info', '--stats --exact'];
const listings = [
  ...views.flatMap(view => [`-L ${view}`, `-L -n ${view}`]),
  '-S',
  '-S -n',
  '-L -f 1',
  '-L -n -f 1 --stats',
  '-L -f 7 -6',
  '-L -t 10.0.0.1:80 --thresholds',
  '-L -u 10.0.0.1:5060',
  '-L -n -t 10.0.0.1:80 --tun-info',
];

const step = (line: string): Step => ({ words: line.split(' ').filter(word => word !== '') });

export const mixtures: readonly Scenario[] = Object.entries(tables).map(([name, table]) => ({
  name: `every listing of ${name}`,
  steps: [...table.trim().split('\n'), ...listings].map(step),
}));
