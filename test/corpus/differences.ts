// The documented kinds of messages that keepalived gives and the linter does not: one row each, with the argument for it.
// Spec: docs/differences.md says the same for readers; the agreement table counts each kind, anything else is unexplained.

export interface Kind {
  readonly name: string;
  readonly why: string;
  readonly messages: readonly RegExp[];
}

/** What only the machine or the build that tests the file knows; the text alone is right. */
export const kinds: readonly Kind[] = [
  {
    name: 'build',
    why: 'this build of keepalived lacks the option; another one has it',
    messages: [
      /^iptables not supported/,
      /^Unknown keyword 'vrrp_ipsets'/,
      /^nftables already specified/,
      /^Unknown keyword '(?:enable_(?:snmp\w*|traps|dbus)|dbus_\w+|regex\w*)'/,
    ],
  },
  {
    name: 'user',
    why: 'whether a user or group exists is the host’s to say',
    messages: [
      /^Unable to set default user/,
      /^Error setting global script uid\/gid/,
      /^Unable to resolve script (user|group)name/,
      /^Unable to set uid\/gid for script/,
      /^Invalid user\/group for .*script/,
      /^Failed to set uid\/gid for misc checker script/,
    ],
  },
  {
    name: 'script file',
    why: 'whether a script exists and may be run is the host’s to say (--on-target looks)',
    messages: [/^Invalid (startup|shutdown) script/, /^Disabling track script/],
  },
  {
    name: 'script dropped',
    why: 'follows from a user or file that the host lacks: the script was removed, then missed',
    messages: [/track script \S+ not found, ignoring/],
  },
  {
    name: 'release',
    why: '2.2.7 wants an interface for unicast too; later releases need none beside unicast_src_ip',
    messages: [/^\(\S+\) Unknown interface!$/],
  },
  {
    name: 'directory',
    why: 'whether a directory exists is the host’s to say',
    messages: [/^cp: /, /^Try 'cp --help'/, /^Unable to create config_save_dir/],
  },
  {
    name: 'name service',
    why: 'whether a host name resolves is the network’s to say',
    messages: [/^Invalid smtp server \S*[a-z]\S*( \d+)?$/i],
  },
  {
    name: 'interface',
    why: 'which interfaces exist, and of which kind, is the host’s to say (--on-target looks)',
    messages: [
      /already exists and is not a private macvlan/,
      /^WARNING - interface \S* .*doesn't exist/,
      /tracked interface \S+ doesn't exist/,
      /^Non-existent interface specified/,
      /^Track_interface .* interface .* doesn't exist/i,
    ],
  },
  {
    name: 'processors',
    why: 'the number of processors is the host’s to say',
    messages: [/^number '\d+' outside range \[0, \d\]$/, /^Invalid cpu_id:/],
  },
];

export const kindOf = (message: string): Kind | undefined =>
  kinds.find(({ messages }) => messages.some(pattern => pattern.test(message)));

/**
 * Rules that say error about what keepalived runs: a split brain, a service whose settings depend on the order of the
 * file, a check or script without its program, path or pattern is certain although the text is valid.
 */
export const stricterRules: ReadonlySet<string> = new Set([
  ...['duplicate-address', 'own-address-as-peer', 'conflicting-service'],
  ...['script-missing', 'missing-path', 'invalid-pattern'],
  ...['impossible-address', 'address-of-another', 'strict-drops-service', 'interface-alias'],
  ...['thresholds-reversed', 'sync-daemon-of-nobody'],
]);

/** Messages that keepalived gives after parsing, without a line, and the rules that tell the same at a place. */
const conclusions: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /A unicast keyword has been specified without any unicast peers/,
    ['unicast-without-peers', 'invalid-address'],
  ],
  [/SECURITY VIOLATION/, ['script-security-off']],
  [/[Nn]opreempt will not work|nopreempt is incompatible/, ['nopreempt-ignored']],
  [/preempt[ _]delay (will not work|is incompatible)/, ['preempt-delay-ignored']],
  [/No VIP specified/, ['missing-address', 'invalid-address', 'mixed-families', 'unknown-keyword']],
  [/the virtual router id must be set/, ['missing-virtual-router-id', 'invalid-number', 'missing-argument']],
  [/Unknown interface!|must have unicast_src_ip or interface/, ['missing-interface']],
  [
    /does not support authentication|no password given|AH authentication with IPv6/,
    ['authentication-dropped'],
  ],
  [/Ignoring track_interface \S+ since own interface/, ['own-interface-tracked']],
  [/protocol specified for fwmark/, ['corrected']],
  [/no protocol set/, ['missing-protocol', 'invalid-word', 'missing-argument', 'unknown-keyword']],
  [/no scheduler set/, ['implied-method', 'invalid-word', 'unknown-keyword']],
  [/no forwarding method set/, ['implied-method', 'invalid-word']],
  [/ports don't match|has port specified/, ['port-ignored']],
  [/has no real servers/, ['no-real-server', 'invalid-address', 'invalid-port', 'unknown-keyword']],
  [/exceeds total weight of real servers|hysteresis \d+ >= quorum/, ['corrected']],
  [/probably isn't what you want/, ['single-member']],
  [
    /in sync group \S+ doesn't exist|no matching virtual router|has no virtual router/,
    ['undefined-name', 'empty-group'],
  ],
  [/due to (address[_ ]owner|SYNC group)/, ['weights-ignored']],
  [/cannot exist in more than one sync group/, ['duplicate']],
  [/is configured on VRRP instance and sync group/, ['tracked-twice']],
  [
    /State MASTER must match|Initial state master is incompatible|accept mode for VRRP version 2/,
    ['corrected'],
  ],
  [/incompatible with strict mode|trict mode requires|advertisement interval .* out of range/, ['corrected']],
  [/must be an integer\. rounding|one packet scheduling requires UDP|zero port only valid/, ['corrected']],
  [/only applies to [sm]h scheduler/, ['wrong-scheduler']],
  [
    /track[_ ]file \S+ not found|No file set for track_file|FILE_CHECK has no track_file|BFD \S+ not configured/,
    ['incomplete-block'],
  ],
  [/both use VRID/, ['duplicate-virtual-router-id']],
  [/use_vmac specified for VIP/, ['no-effect']],
  [/vmac_xmit_base is only valid/, ['no-effect', 'corrected']],
  [/is duplicated - removing second/, ['duplicate']],
  [/used before or without sorry_server/, ['order']],
  [/promote_secondaries is automatically set|ipvlan requires a source/, ['corrected']],
];

/** Mistakes from which such a conclusion follows, so that it is not told a second time. */
const mistakes: readonly string[] = [
  ...[
    'unknown-keyword',
    'unknown-definition',
    'missing-argument',
    'undefined-name',
    'duplicate',
    'block-expected',
  ],
  ...[
    'invalid-number',
    'trailing-characters',
    'invalid-word',
    'invalid-address',
    'invalid-port',
    'invalid-name',
    'mixed-families',
  ],
];

export const rulesFor = (message: string): readonly string[] =>
  conclusions.flatMap(([pattern, rules]) => (pattern.test(message) ? [...rules, ...mistakes] : []));
