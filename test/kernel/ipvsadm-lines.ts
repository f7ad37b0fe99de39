// Command lines for ipvsadm and for ours, in scenarios that each begin with an empty table: hand-written ones and generated ones.
// Spec: ipvsadm(8); what they must answer is decided by ipvsadm 1.31 in the same run, so nothing is expected here.

/** One command line; `input` is its stdin. */
export interface Step {
  readonly words: readonly string[];
  readonly input?: string;
  /** It only prepares the next one: the table after it is not compared. */
  readonly prepares?: true;
}

export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** One line each: words parted by blanks, '' for the empty word; ` <<< ` begins stdin, in which \n, \t and \r are what they say. */
function lines(name: string, text: string): Scenario {
  const steps = text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map((line): Step => {
      const [command = '', input] = line.split(' <<< ');
      const words = command
        .trim()
        .split(/ +/)
        .filter(word => word !== '')
        .map(word => (word === "''" ? '' : word));
      if (words[0] === 'ipvsadm') words.shift();
      return input === undefined
        ? { words }
        : {
            words,
            input: input.replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('\\r', '\r'),
          };
    });
  return { name, steps };
}

const listings = `
-L
-Ln
-ln
-L -n --stats
-Ln --stats --exact
-Ln --rate
-Ln --rate -X
-Ln --thresholds
-Ln --persistent-conn
-Ln --tun-info
-Ln --nosort
-Ln --sort
-L --numeric --timeout
-L --daemon
-Lc
-Lnc
-Lcn --persistent-conn
-S
-Sn
--save --numeric`;

const commands = [
  ['-A', '-t', '10.0.0.1:80'],
  ['-E', '-t', '10.0.0.1:80'],
  ['-D', '-t', '10.0.0.1:80'],
  ['-C'],
  ['-L'],
  ['-a', '-t', '10.0.0.1:80', '-r', '10.0.1.1'],
  ['-d', '-t', '10.0.0.1:80', '-r', '10.0.1.1'],
  ['-e', '-t', '10.0.0.1:80', '-r', '10.0.1.1'],
  ['--start-daemon', 'backup'],
  ['--stop-daemon', 'backup'],
  ['-R'],
  ['-S', '-n'],
  ['-Z'],
] as const;

const options = [
  ['-n'],
  ['-c'],
  ['-f', '3'],
  ['-s', 'rr'],
  ['-p', '60'],
  ['-M', '255.255.0.0'],
  ['-r', '10.0.1.2'],
  ['-m'],
  ['-w', '5'],
  ['-x', '9'],
  ['-y', '4'],
  ['--mcast-interface', 'lo'],
  ['--timeout'],
  ['--daemon'],
  ['--stats'],
  ['--rate'],
  ['--thresholds'],
  ['--persistent-conn'],
  ['--nosort'],
  ['--syncid', '3'],
  ['--exact'],
  ['-o'],
  ['--pe', 'sip'],
  ['-b', 'flag-1'],
  ['--mcast-group', '224.0.0.9'],
  ['--mcast-port', '99'],
  ['--mcast-ttl', '9'],
  ['--sync-maxlen', '900'],
  ['--tun-info'],
  ['--tun-type', 'gue'],
  ['--tun-port', '77'],
  ['--tun-nocsum'],
  ['--tun-csum'],
  ['--tun-remcsum'],
  ['-6'],
  ['--sort'],
  ['-v'],
] as const;

/** Every command with every option it may or may not have. */
const everyPair: Scenario = {
  name: 'each command with each option',
  steps: commands.flatMap(command =>
    options.map((option): Step => ({ words: [...command, ...option], input: '' })),
  ),
};

const schedulers = ['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'dh', 'sh', 'sed', 'nq', 'fo', 'ovf', 'mh'];
const flagLists = ['flag-1', 'flag-2,flag-3', 'sh-fallback', 'sh-port,sh-fallback', 'mh-port', ',,flag-1,'];

const everyScheduler: Scenario = {
  name: 'schedulers and their flags',
  steps: [
    ...schedulers.flatMap((scheduler, index): Step[] => [
      { words: ['-A', '-u', `10.3.0.${index + 1}:53`, '-s', scheduler, '-p', '-M', '255.255.255.0'] },
      { words: ['-E', '-u', `10.3.0.${index + 1}:53`, '-s', scheduler, '-o'] },
      { words: ['-a', '-u', `10.3.0.${index + 1}:53`, '-r', '10.3.1.1', '-m', '-w', '9'] },
    ]),
    ...flagLists.flatMap((flags, index): Step[] => [
      { words: ['-A', '-t', `10.4.0.${index}:80`, '-s', 'sh', '-b', flags] },
      { words: ['-A', '-t', `10.4.1.${index}:80`, '-s', 'mh', '-b', flags] },
      { words: ['-A', '-t', `10.4.2.${index}:80`, '-s', 'rr', '-b', flags] },
      { words: ['-A', '-t', `10.4.3.${index}:80`, '-b', flags, '-s', 'wrr'] },
    ]),
    { words: ['-Ln'] },
    { words: ['-Sn'] },
  ],
};

const badNumbers = [
  '',
  '0',
  '-1',
  '+5',
  ' 7',
  '7 ',
  '65535',
  '65536',
  '2147483647',
  '2147483648',
  '0x10',
  '1e3',
  'x',
];
const numberPlaces: readonly (readonly string[])[] = [
  ['-A', '-t', '10.5.0.1:80', '-p'],
  ['-A', '-f'],
  ['-a', '-t', '10.0.0.1:80', '-r', '10.5.0.2', '-w'],
  ['-a', '-t', '10.0.0.1:80', '-r', '10.5.0.2', '-x'],
  ['-a', '-t', '10.0.0.1:80', '-r', '10.5.0.2', '-y'],
  ['-a', '-t', '10.0.0.1:80', '-r', '10.5.0.2', '-i', '--tun-type', 'gue', '--tun-port'],
  ['--start-daemon', 'master', '--syncid'],
  ['--start-daemon', 'master', '--mcast-ttl'],
  ['--start-daemon', 'master', '--sync-maxlen'],
  ['--set', '0', '0'],
];

const everyNumber: Scenario = {
  name: 'numbers in and out of range',
  steps: [
    { words: ['-A', '-t', '10.0.0.1:80'] },
    ...numberPlaces.flatMap(place => badNumbers.map((number): Step => ({ words: [...place, number] }))),
    { words: ['-Ln', '--thresholds'] },
    { words: ['-L', '--timeout'] },
  ],
};

/** Services and servers of every kind, then every listing of them. */
const allKinds = `
-A -t 10.0.0.1:80
-A -t 192.168.0.1:80 -s rr
-A -t 172.16.5.5:443 -s wrr -p 300 -M 255.255.255.0
-A -t 250.1.1.1:443 -s sh -b sh-port,sh-fallback
-A -u 10.0.0.1:53 -s rr -o
-A -u 127.0.0.1:53 -s mh -b mh-port
-A --sctp-service 10.0.0.1:2905 -s lc
-A --sctp-service [2001:db8::9]:2905 -s lc -p
-A -t [2001:db8::1]:80 -s wlc
-A -t [::1]:80 -s wlc
-A -t [fe80::1]:80 -s wlc -p 30 -M 64
-A -t [::ffff:10.1.2.3]:80
-A -t [::10.1.2.3]:80
-A -u [2001:db8::1]:5060 -s rr -p 77 --pe sip -o
-A -f 1
-A -f 1 -6 -s rr
-A -f 2147483648 -s sed -p 60 -M 255.0.255.0
-A -f 4294967295 -6 -s nq -p 60 -M 1
-A -t 10.0.0.9:0 -p 10
-A -t 10.0.0.1:8080 -s dh
-a -t 10.0.0.1:80 -r 10.0.1.1 -g
-a -t 10.0.0.1:80 -r 10.0.1.2:8080 -m -w 0 -x 100 -y 50
-a -t 10.0.0.1:80 -r 10.0.1.3 -i -w 2147483647
-a -t 10.0.0.1:80 -r 192.168.1.3 -i --tun-type gue --tun-port 6080
-a -t 10.0.0.1:80 -r 192.168.1.4 -i --tun-type gue --tun-port 6080 --tun-csum
-a -t 10.0.0.1:80 -r 192.168.1.5 -i --tun-type gue --tun-port 65535 --tun-remcsum
-a -t 10.0.0.1:80 -r 192.168.1.6 -i --tun-type gre
-a -t 10.0.0.1:80 -r 192.168.1.7 -i --tun-type gre --tun-csum
-a -t 10.0.0.1:80 -r 192.168.1.8 -i --tun-type ipip
-a -t 10.0.0.1:80 -r [2001:db8:1111:2222:3333:4444:5555:6666]:80 -i
-a -t 10.0.0.1:80 -r 127.0.0.1 -g -w 7
-a -t 10.0.0.1:80 -r 255.1.1.1 -m
-a -t 10.0.0.1:80 -r 224.1.1.1 -m
-a -t [2001:db8::1]:80 -r [2001:db8::11]:80 -m -w 3
-a -t [2001:db8::1]:80 -r 2001:db8::12 -g
-a -t [2001:db8::1]:80 -r 10.9.9.9:80 -i
-a -t [2001:db8::1]:80 -r [::1]:80 -m
-a -f 1 -r 10.0.1.1 -g
-a -f 1 -r 10.0.1.2:90 -m
-a -f 1 -r 10.0.1.3:90 -g
-a -f 1 -6 -r [2001:db8::21]:0 -g
-a -f 1 -6 -r [2001:db8::22]:99 -m
-a -u 10.0.0.1:53 -r 10.0.1.1 -m
-a --sctp-service 10.0.0.1:2905 -r 10.0.1.1 -m
-a -t 10.0.0.9:0 -r 10.0.1.1:0 -m
-a -u [2001:db8::1]:5060 -r [2001:db8::31]:5061 -m -w 2`;

export const scenarios: readonly Scenario[] = [
  lines('an empty table', listings),
  lines(
    'every kind of entry in every listing',
    `${allKinds}${listings}
-Ln -t 10.0.0.1:80
-L -t 10.0.0.1:80
-Ln -t 10.0.0.1:80 --stats
-Ln --tun-info -t 10.0.0.1:80
-Ln -f 1
-Ln -f 1 -6
-Ln -f 4294967295 -6 --thresholds
-Ln -t [2001:db8::1]:80 --persistent-conn
-Ln --sctp-service 10.0.0.1:2905
-L -n -u 10.0.0.1:54
-Z
-Z -t 10.0.0.1:80
-Z -t 10.0.0.1:81
-Z -f 1 -6
-Z -f 77
-C
-Ln`,
  ),
  lines(
    'editing and deleting',
    `
-A -t 10.0.0.1:80
-A -t 10.0.0.1:80 -s rr
-E -t 10.0.0.1:80 -s rr
-E -t 10.0.0.1:80 -p 60 -M 255.255.0.0
-E -t 10.0.0.1:80
-E -t 10.0.0.1:80 --pe sip -p
-E -t 10.0.0.1:81
-E -t 10.0.0.1:80 -s nosuch
-A -t 10.0.0.2:80 -s nosuch
-A -t 10.0.0.2:80 -s aaaaaaaaaaaaaaa
-A -t 10.0.0.2:80 -s aaaaaaaaaaaaaaaa
-A -t 10.0.0.2:80 -s aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
-A -t 10.0.0.2:80 --pe nosuch
-A -t 10.0.0.2:80 --pe aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
-A -u 10.0.0.2:80 --pe sip
-A -u 10.0.0.2:5060 -p 60 --pe sip
-A -t 10.0.0.2:80 -s ''
-A -t 10.0.0.3:80 --pe ''
-a -t 10.0.0.1:80 -r 10.0.1.1 -w 3
-a -t 10.0.0.1:80 -r 10.0.1.1 -w 3
-a -t 10.0.0.1:80 -r 10.0.1.1:81 -w 3
-a -t 10.0.0.1:80 -r 10.0.1.1:81 -w 3 -m
-e -t 10.0.0.1:80 -r 10.0.1.1 -w 0
-e -t 10.0.0.1:80 -r 10.0.1.1 -m
-e -t 10.0.0.1:80 -r 10.0.1.1 -i --tun-type gre
-e -t 10.0.0.1:80 -r 10.0.1.9
-e -t 10.0.0.8:80 -r 10.0.1.9
-a -t 10.0.0.8:80 -r 10.0.1.9
-d -t 10.0.0.8:80 -r 10.0.1.9
-d -t 10.0.0.1:80 -r 10.0.1.9
-d -t 10.0.0.1:80 -r 10.0.1.1
-d -t 10.0.0.1:80 -r 10.0.1.1:81
-D -t 10.0.0.1:80
-D -t 10.0.0.1:80
-D -f 9
-D -f 9 -6
-a -f 9 -r 10.1.1.1
-C
-C`,
  ),
  lines(
    'addresses in every spelling',
    `
-A -t 10.1:80
-A -t 0x0a000003:80
-A -t 012.0.0.4:80
-A -t 10.0.5:80
-A -t 1.2.3.4.5:80
-A -t 256.1.1.1:80
-A -t 10.0.0.300:80
-A -t 10.0.0.7
-A -t 10.0.0.7:
-A -t 10.0.0.7:65536
-A -t 10.0.0.7:-1
-A -t 10.0.0.7:+80
-A -t 10.0.0.7:080
-A -t 10.0.0.8:http
-A -t 10.0.0.8:nosuchservice
-A -u 10.0.0.8:domain
-A -u 10.0.0.8:tftp
-A -t 10.0.0.8:tftp
-A --sctp-service 10.0.0.8:http
-A -t :80
-A -t 80
-A -t ''
-A -t *:80
-A -t localhost:80
-A -t localhost:https
-A -t nosuchhost.invalid:80
-A -t [::1]:80
-A -t [::1]
-A -t [::1]80
-A -t [::1
-A -t ::1
-A -t ::1:80
-A -t 2001:db8::7 -p
-A -t [10.0.0.11]:80
-A -t [2001:db8::g]:80
-A -t [2001:DB8:0:0::1]:80
-A -t [1:2:3:4:5:6:7:8]:80
-A -t [::]:80
-A -t 0.0.0.0:80
-D -t 0.0.0.0:80
-A -f 0
-A -f -1
-A -f 4294967296
-A -f 99999999999999999999
-A -f 0x10
-A -f ''
-A -t 10.0.0.20:80 -p 60 -M 24
-A -t 10.0.0.21:80 -p 60 -M 255.255
-A -t 10.0.0.22:80 -p 60 -M nosuchmask
-A -t 10.0.0.23:80 -p 60 -M ''
-A -t 10.0.0.24:80 -p 60 -M 0.0.0.0
-A -t 10.0.0.25:80 -M 255.255.255.0
-E -t 10.0.0.25:80 -p
-A -t [2001:db8::20]:80 -p 60 -M 0
-A -t [2001:db8::20]:80 -p 60 -M 129
-A -t [2001:db8::20]:80 -p 60 -M 64x
-A -t [2001:db8::21]:80 -p 60 -M 255.255.255.0
-A -p 60 -M 64 -t [2001:db8::22]:80
-A -M 255.0.0.0 -p 60 -t 10.0.0.26:80
-A -M 255.0.0.0 -p 60 -f 26
-A -f 27 -p 60 -M 255.0.0.0 -6
-A -f 28 -6 -p 60 -M 48
-a -t 10.0.0.8:80 -r 10.0.1.1:http -m
-a -t 10.0.0.8:80 -r 10.0.1.2: -m
-a -t 10.0.0.8:80 -r 80 -m
-a -t 10.0.0.8:80 -r localhost -m
-a -r 10.0.1.3 -t 10.0.0.8:80 -m
-a -r 10.0.1.4:http -t 10.0.0.8:80 -m
-a -r 10.0.1.4:8080 -t 10.0.0.8:80 -m
-a -r 10.0.1.5 -t 10.0.0.8:80 -g
-a -t 10.0.0.8:80 -r 2001:db8::1 -m
-a -t 10.0.0.8:80 -r [2001:db8::1]:80 -g
-a -t [1:2:3:4:5:6:7:8]:80 -r 10.0.0.1 -m
-a -t [1:2:3:4:5:6:7:8]:80 -r 10.0.0.1 -i
-a -t 10.0.0.8:80 -r 0.0.0.0 -m
-a -t 10.0.0.8:80 -r 224.0.0.5 -m
-a -t 10.0.0.8:80 -r 255.255.255.255 -m
-Ln
-L
-S
-Sn --nosort`,
  ),
  lines(
    'addresses whose order wraps',
    `
-A -t 10.0.0.1:80
-A -t 224.0.0.1:80
-Sn
-D -t 10.0.0.1:80
-A -t 255.255.255.255:80
-Ln
-D -t 224.0.0.1:80
-A -t 0.0.0.0:80
-Ln
-C
-A -f 1
-A -f 4294967295
-A -f 4294967295 -6
-Ln
-C
-A -t 10.0.0.1:80
-a -t 10.0.0.1:80 -r 192.168.1.3 -i
-a -t 10.0.0.1:80 -r 127.0.0.1 -i
-a -t 10.0.0.1:80 -r 255.1.1.1 -i
-a -t 10.0.0.1:80 -r 126.0.0.1 -i
-a -t 10.0.0.1:80 -r 128.0.0.1 -i
-a -t 10.0.0.1:80 -r 1.0.0.1 -i
-a -t 10.0.0.1:80 -r 2001:db8::1 -i
-a -t 10.0.0.1:80 -r ::1 -i
-a -t 10.0.0.1:80 -r 2001:db8:8000::2 -i
-a -t 10.0.0.1:80 -r 2001:db8:ffff:f000::2 -i
-a -t 10.0.0.1:80 -r 7000::1 -i
-a -t 10.0.0.1:80 -r 9000::1 -i
-Ln
-Ln --nosort`,
  ),
  lines(
    'words in every shape',
    `
''
-
--
-- -L
foo
foo -L
-L foo
-L -
-L -- foo
-L --
--list
--list=3
--li
-list
-Lfoo
-Lnq
-Lnn
-L -n -n
-L -L
-LL
-AC
-A -C
-A --clear
-A -h
-L -v
--version
-v -L
-q
--nosuch
--nosuch=3
-At 10.0.0.1:80
-At10.0.0.2:80
-At=10.0.0.3:80
-A -t=10.0.0.4:80
-A --tcp-service=10.0.0.5:80
-A --tcp-service 10.0.0.6:80
-A --tcp-service= -s rr
-A --tcp-service
-A -t
-A -t -s rr
-A -s rr
-A -t 10.0.0.7:80 -t 10.0.0.8:80
-A -t 10.0.0.7:80 -u 10.0.0.8:80
-A -t 10.0.0.7:80 -f 3
-A -t 10.0.0.7:80 -s rr -s wrr
-At 10.0.0.9:80 -ps rr
-At 10.0.0.10:80 -p5 -s rr
-At 10.0.0.11:80 -p=6 -s rr
-At 10.0.0.12:80 -p -s rr
-At 10.0.0.13:80 -p 7 -s rr
-At 10.0.0.14:80 --persistent=8
-At 10.0.0.15:80 --persistent 9
-At 10.0.0.16:80 --persistent --scheduler rr
-At 10.0.0.17:80 -p -5
-At 10.0.0.18:80 -p ''
-At 10.0.0.19:80 --persistent=
-At 10.0.0.20:80 -p x
-at 10.0.0.2:80 -mr 10.0.1.1:81 -w5
-at 10.0.0.2:80 -gr 10.0.1.2 -w=6
-at 10.0.0.2:80 -m -g -r 10.0.1.3
-at 10.0.0.2:80 -mir 10.0.1.3
-at 10.0.0.2:80 -r 10.0.1.3 -r 10.0.1.4
-at 10.0.0.2:80 -r 10.0.1.5 -w 1 -w 2
-at 10.0.0.2:80 -w 3
-r 10.0.1.6 -at 10.0.0.2:80
-t 10.0.0.2:80 -a -r 10.0.1.6
-n -L
-nL
-A -u 10.0.0.1:53 -b
-A -u 10.0.0.1:53 -b ''
-A -u 10.0.0.1:53 -b nosuch
-A -u 10.0.0.1:53 -b flag-1 -b flag-2
-A -u 10.0.0.3:53 -b sh-port
-A -u 10.0.0.4:53 -b sh-port -s wlc
-A -u 10.0.0.5:53 -b mh-port,sh-port
-A -b nosuch -u 10.0.0.6:53 -s rr -s rr
-A -b nosuch
-A -b nosuch -u
-A -u 10.0.0.6 -b nosuch
-A -t 10.0.0.6:53 -o -b nosuch
-A -u 10.0.0.6:53 -b nosuch extra
-D -u 10.0.0.6:53 -b nosuch
-L -b nosuch
-C -b nosuch
-A -t 10.0.0.30:80 -o
-A --sctp-service 10.0.0.30:80 -o
-A -f 30 -o
-A -6 -f 31
-A -6
-6 -A -f 31
-A -f 31 -6 -6
-A -t 10.0.0.31:80 -6
-Z -6
-L -6
-L --exact --exact
-L --stats --rate
-L --rate --thresholds
-L --thresholds --persistent-conn --tun-info
-L --tun-info --nosort
-L --timeout --daemon
-L -c --timeout
-L -c --stats
-L -c --rate
-L -c --thresholds
-L -c --persistent-conn
-L -c --tun-info
-L -c --exact
-L --timeout --stats
-L --timeout --persistent-conn
-L --daemon --persistent-conn
-L --daemon --rate
-L -t 10.0.0.1:80 --timeout
-L -t 10.0.0.1:80 -c
-L -t 10.0.0.1:80 --daemon
-L --syncid 3
-L -s rr
-S -c
-S --exact
-S --nosort
-C foo
-Z foo
-R foo <<< -C\\n
--set
--set 1
--set 1 2
--set 1 2 3
-L --timeout
--set 0 0 0
--set 10 20 30 40
--set -1 2 3
--set 1 2 2678400
--set 1 2 2678401
--set 5 -n 6 7
--set 900 120 300
--set=3 4 5
-a -t 10.0.0.2:80 -r 10.0.2.1 --tun-type
-a -t 10.0.0.2:80 -r 10.0.2.1 -i --tun-type nosuch
-a -t 10.0.0.2:80 -r 10.0.2.1 -i --tun-type gue
-a -t 10.0.0.2:80 -r 10.0.2.1 --tun-type gue --tun-port 5
-a -t 10.0.0.2:80 -r 10.0.2.1 -m --tun-csum
-a -t 10.0.0.2:80 -r 10.0.2.1 -i --tun-csum
-a -t 10.0.0.2:80 -r 10.0.2.1 -i --tun-port 5
-a -t 10.0.0.2:80 -r 10.0.2.1 -i --tun-type gre --tun-port 5
-a -t 10.0.0.2:80 -r 10.0.2.1 -i --tun-type gre --tun-remcsum
-a -t 10.0.0.2:80 -r 10.0.2.1 -i --tun-type gre --tun-csum --tun-nocsum
-a -t 10.0.0.2:80 -r 10.0.2.1 -i --tun-type gue --tun-port 5 --tun-csum --tun-remcsum
-a -t 10.0.0.2:80 -r 10.0.2.1 -i --tun-type gue --tun-type gre
-Ln --tun-info`,
  ),
  lines(
    'synchronization daemons',
    `
-L --daemon
--start-daemon
--start-daemon foo
--start-daemon ''
--stop-daemon
--stop-daemon foo
--start-daemon=master --mcast-interface dummy0
-L --daemon
--start-daemon master --mcast-interface dummy0
--start-daemon backup --mcast-interface dummy0 --syncid 7 --mcast-port 9999 --mcast-ttl 3 --sync-maxlen 900
-L --daemon
-Ln --daemon
--stop-daemon master
--stop-daemon master
-L --daemon
--stop-daemon backup --syncid 9
--start-daemon master --mcast-interface dummy0 --mcast-group 224.0.1.1 --mcast-ttl 255
-L --daemon
--stop-daemon master
--start-daemon backup --mcast-interface dummy0 --mcast-group ff02::81 --sync-maxlen 1
-L --daemon
--stop-daemon backup
--start-daemon master --mcast-interface nosuch0
--start-daemon master --mcast-interface aaaaaaaaaaaaaaa
--start-daemon master --mcast-interface aaaaaaaaaaaaaaaaaaaaaaaa
--start-daemon master
--start-daemon master --mcast-interface lo
--start-daemon master --mcast-interface dummy0 --mcast-group 10.0.0.1
--start-daemon master --mcast-interface dummy0 --mcast-group 2001:db8::1
--start-daemon master --mcast-interface dummy0 --mcast-group nosuch
--start-daemon master --mcast-interface dummy0 --mcast-port 0
--start-daemon master --start-daemon backup
--stop-daemon master --mcast-interface dummy0
-L --daemon`,
  ),
  lines(
    'restoring',
    `
-R <<< -A -t 10.0.0.1:80 -s rr\\n-a -t 10.0.0.1:80 -r 10.0.1.1 -g -w 1\\n
-R <<< -A -t 10.0.0.1:80 -s rr\\n-A -t 10.0.0.2:80 -s rr\\n
-R <<< -A -t 10.0.0.3:80 -s rr\\n-A -t 10.0.0.2:80 -s rr\\n
-R <<< -A -t 10.0.0.4:80 -s rr
-R <<< -A -t 10.0.0.5:80 -s rr \\t
-R <<< -A -t 10.0.0.6:80 -s rr  \\t
-R <<< \\n\\n   \\n-A -t 10.0.0.7:80\\r\\n\\t-A\\t-t\\t10.0.0.8:80 \\n
-R <<< ipvsadm -A -t 10.0.0.9:80\\n-A ipvsadm -t 10.0.0.10:80\\nipvsadm\\n
-R <<< # a comment\\n-A -t 10.0.0.11:80\\n
-R <<< -A -t 10.0.0.12:80 # a comment\\n-A -t 10.0.0.13:80\\n
-R <<< -A -t "10.0.0.14:80"\\n-A -t 10.0.0.15:80\\n
-R <<< -A -t 10.0.0.16:80 -q\\n-A -t 10.0.0.17:80\\n
-R <<< -A -t 10.0.0.18:80 -q\\n
-R <<< -A -t\\n-A -t 10.0.0.19:80\\n
-R <<< -A -t nonsense\\n-A -t 10.0.0.20:80\\n
-R <<< -D -t 10.0.0.99:80\\n-D -t 10.0.0.98:80\\n-A -t 10.0.0.21:80\\n-a -t 10.0.0.97:80 -r 10.1.1.1\\n
-R <<< -R\\n-A -t 10.0.0.22:80\\n
-R <<< -S -n\\n-C\\n-S -n\\n-A -t 10.0.0.23:80\\n-L -n\\n-Ln -t 10.9.9.9:1\\n-A -t 10.0.0.24:80\\n
-R <<< -v\\n-A -t 10.0.0.25:80\\n
-R <<< foo\\n-A -t 10.0.0.26:80\\n
-R <<< -Z\\n--set 1 2 3\\n-L --timeout\\n--set 900 120 300\\n
-R <<< -A -t localhost:80\\n-A -t 10.0.0.27:http\\n-A -t nosuchhost.invalid:80\\n-A -t 10.0.0.28:80\\n
-R <<< -C\\n-D -t 1.1.1.1:1
-R <<< ''
-R -n <<< -C\\n
--restore <<< -A -f 3\\n-a -f 3 -r 10.1.1.1\\n
-Sn
-Ln`,
  ),
  everyScheduler,
  everyNumber,
  everyPair,
];
