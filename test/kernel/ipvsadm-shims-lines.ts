// Shell lines for Debian's ipvsadm programs and for the shims: as scripts call them, from elsewhere, through links, into closed pipes.
// Spec: ipvsadm(8), ipvsadm-save(8), ipvsadm-restore(8); what they answer is decided by Debian's programs in the same run.

export interface Line {
  readonly name: string;
  /** The command line; stdin and both outputs are redirected around it. */
  readonly shell: (programs: string) => string;
  readonly input?: string;
}

const on = (line: string, input?: string): Line => ({
  name: line,
  shell: () => `(${line})`,
  ...(input === undefined ? {} : { input }),
});

const rules = `# a comment
-A -t 10.0.0.1:80 -s wrr -p 300
-a -t 10.0.0.1:80 -r 10.0.1.1:8080 -m -w 3 -x 10 -y 5
-a -t 10.0.0.1:80 -r 10.0.1.2:80 -i -w 2 --tun-type gue --tun-port 6080
-A -u [2001:db8::1]:53 -s rr -o
-a -u [2001:db8::1]:53 -r [2001:db8::2]:53 -g -w 1
-A -f 5 -s sh -b sh-port
#-A -t 10.0.0.9:9
`;
/** More than a pipe (64 KiB) and the first read of `head` hold together: whoever lists it must meet the reader that went away. */
const many = Array.from({ length: 5000 }, (_, at) => `-A -t 10.1.${at >> 8}.${at & 255}:80 -s rr`).join('\n');

export const lines: readonly Line[] = [
  on('ipvsadm'),
  on('ipvsadm -L -n'),
  on('ipvsadm-restore', rules),
  on('ipvsadm'),
  on('ipvsadm -Ln'),
  on('cd / && ipvsadm -Ln --stats'),
  on('ipvsadm -ln --rate --exact'),
  on('ipvsadm -Ln --thresholds'),
  on('ipvsadm -Ln --persistent-conn --sort'),
  on('ipvsadm -Lnc'),
  on('ipvsadm -L --timeout'),
  on('ipvsadm -L --daemon'),
  on('ipvsadm -v'),
  // The help's words are our own; its first line, its options and its status are not.
  on('ipvsadm -h | head -n 1'),
  on('ipvsadm --help >/dev/null'),
  on("ipvsadm -h | grep -o -e '--[a-z][a-z-]*' | sort -u | grep -v -e --version"),
  { name: 'by its full name', shell: programs => `${programs}/ipvsadm -L -n -t 10.0.0.1:80` },
  {
    name: 'by a relative name, with a word it does not know',
    shell: programs => `(cd ${programs} && ./ipvsadm nosuch)`,
  },
  on('ipvsadm nosuch'),
  { name: 'by a relative name', shell: programs => `(cd ${programs} && ./ipvsadm -L -n -f 5)` },
  on('ipvsadm-save'),
  on('ipvsadm-save -n'),
  on('ipvsadm-save more words -n'),
  on('ipvsadm-save -n -n'),
  on('ipvsadm-save -x'),
  on('ipvsadm-save -n --help'),
  on('ipvsadm-save -h'),
  on('ipvsadm-save -'),
  on('./other-name -nn'),
  on('./other-name -n'),
  on('ipvsadm -S'),
  on('ipvsadm -Sn'),
  on('ipvsadm -A -t 10.0.0.1:80'),
  on('ipvsadm -a -t 10.0.0.1:80 -r 10.0.1.1:8080 -m'),
  on('ipvsadm -E -t 10.9.9.9:1'),
  on('ipvsadm -Z -t 10.9.9.9:1'),
  on('ipvsadm -L -t 10.9.9.9:1'),
  on('ipvsadm -A'),
  on('ipvsadm -A -t'),
  on('ipvsadm -A -t 10.0.0.1'),
  on('ipvsadm -A -t nosuch.invalid:80'),
  on('ipvsadm -A -t 10.0.0.1:80 -w 3'),
  on('ipvsadm -A -C'),
  on('ipvsadm --nosuch'),
  on('ipvsadm words'),
  on("ipvsadm ''"),
  on('ipvsadm --set 1 2'),
  on('ipvsadm --set 900 120 300'),
  on('ipvsadm --start-daemon nobody'),
  on('ipvsadm --stop-daemon master'),
  on('ipvsadm -R', '-A -t 10.0.0.2:80\n# no comment to it\n-A -t 10.0.0.3:80\n'),
  on('ipvsadm -R', ''),
  on('ipvsadm-restore -n --anything', '-A -t 10.0.0.4:80\n-A -t 10.0.0.4:80\n\n\n'),
  on('ipvsadm-restore', ''),
  on('ipvsadm-restore', '# only this\n#and this'),
  on('ipvsadm-restore', '-A -t 10.0.0.5:80\nrubbish\n-A -t 10.0.0.6:80'),
  on('ipvsadm-restore', ' -A -t 10.0.0.7:80\r\n  # not at the begin\n'),
  on('ipvsadm-restore', many),
  {
    name: 'a reader that goes away',
    shell: () => 'bash -c \'ipvsadm -Ln | head -n 2; echo "${PIPESTATUS[0]}"\'',
  },
  {
    name: 'save to a reader that goes away',
    shell: () => 'bash -c \'ipvsadm -Sn | head -n 1; echo "${PIPESTATUS[0]}"\'',
  },
  on('ipvsadm -Ln >&-'),
  on('ipvsadm -C'),
  on('ipvsadm-save -n'),
];
