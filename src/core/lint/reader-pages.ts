// What the findings of the reader and of the typed configuration mean: a sentence, and what to do.
// Spec: keepalived.conf(5); the findings themselves are made in conf/, which says where and with which severity.

/** Rule -> [what it says, what to do about it]. */
export const readerPages = {
  'authentication-dropped': [
    'The authentication of an instance is not used.',
    'Version 3 and strict mode have no authentication, AH is for IPv4 only, and a type needs a password. Remove the block, or use version 2 without strict mode on every node.',
  ],
  'block-expected': ['A keyword that needs a block has none.', 'Write { and } around its content.'],
  'block-unexpected': [
    'A keyword that takes no block has one.',
    'Remove the braces; often a brace is missing before.',
  ],
  'broadcast-ignored': [
    'The broadcast address of a line has no effect.',
    'An address with a peer, or with a prefix longer than 30 bits, has no broadcast address. Remove brd.',
  ],
  'byte-order-mark': [
    'The file begins with a byte order mark.',
    'keepalived takes it for a part of the first word. Save the file as UTF-8 without it.',
  ],
  'checker-dropped': [
    'A checker would be dropped, and its server would go unchecked.',
    'Complete it as the message says; a check that does not run never takes a server out.',
  ],
  'comment-continuation': [
    'A comment ends with a backslash.',
    'keepalived keeps the backslash and reports an unknown keyword. Remove it, or put something behind it.',
  ],
  'condition-continuation': [
    'A conditional line is continued in a way that keepalived reads differently.',
    'Write the @ condition before each line it is meant for.',
  ],
  corrected: [
    'A value is replaced by another one.',
    'keepalived does the same, mostly without saying so. Write the value that is meant.',
  ],
  'definition-blank': ['A definition has blanks where keepalived allows none.', 'Write $NAME=value.'],
  'definition-parameter': [
    'A definition is used with parameters it does not have.',
    'Compare the use with the definition; parameters are separated by blanks.',
  ],
  'definition-recursion': ['A definition contains itself.', 'Break the circle; the message names it.'],
  'definition-too-long': [
    'A line becomes too long by its definitions.',
    'Split it, or look for a definition that doubles itself.',
  ],
  deprecated: ['A word has a newer form.', 'Write the newer one; --fix does it where that is certain.'],
  duplicate: [
    'Something stands twice.',
    'The message says which of the two counts. Remove the other, or give it another name.',
  ],
  'duplicate-virtual-router-id': [
    'Two instances use the same virtual_router_id on one interface.',
    'Adverts could not be told apart. Give each its own number, the same on every node.',
  ],
  'empty-configuration': [
    'The file says nothing.',
    'It is empty, or holds comments only. keepalived accepts it and serves nobody.',
  ],
  'empty-group': ['A group has no members.', 'Name its members, or remove it.'],
  'expansion-too-large': [
    'Definitions and loops make more text than is sensible.',
    'Look for a loop without an end or a definition that doubles itself.',
  ],
  'extra-brace': ['A closing brace closes nothing.', 'Remove it, or look for a block that ended too early.'],
  'file-unreadable': ['A file cannot be read.', 'Check its name and permissions.'],
  'first-address-not-link-local': [
    'The first address of an IPv6 instance is not link-local.',
    'RFC 9568 wants a link-local address first: hosts know the router by it.',
  ],
  'flag-turned-on': [
    'A word behind a flag is ignored, and the flag is on.',
    'Plain flags cannot be turned off by a word: remove the line instead.',
  ],
  'format-unsafe': [
    'The file cannot be formatted without a risk.',
    'Repair what else is told about it first.',
  ],
  'include-check': ['include_check has a word it does not know.', 'See keepalived.conf(5) for its words.'],
  'include-cycle': ['A file includes itself.', 'keepalived reads until it has no file descriptors left.'],
  'include-depth': ['Includes are nested too deep, or there are too many.', 'There is probably a circle.'],
  'include-missing': [
    'An include that must match something does not.',
    'keepalived refuses it too, because of the kind of include or of include_check.',
  ],
  'include-passed-over': ['An include matches entries that are no readable files.', 'They are passed over.'],
  'include-skipped': [
    'An include matches nothing.',
    'keepalived goes on without it, silently: a mistyped name loses a part of the configuration.',
  ],
  'interface-missing': [
    'An interface does not exist on this machine (only with --on-target).',
    'keepalived stops. Correct the name, or let it wait with dynamic_interfaces.',
  ],
  'incomplete-block': [
    'A block lacks what it is about.',
    'keepalived ignores it, and whatever names it. Write the keyword that the message names.',
  ],
  'invalid-address': [
    'A word is no IP address of the right kind.',
    'The message says what happens to the line.',
  ],
  'invalid-boolean': [
    'A word is neither true, on, yes nor false, off, no.',
    'Lower case only; the setting is left alone.',
  ],
  'invalid-broadcast': ['A broadcast address is none.', 'Write an address, + or -.'],
  'invalid-digest': ['A digest is not 32 hexadecimal digits.', 'Make one with lvskit genhash.'],
  'invalid-hex': ['A payload or reply is no list of hexadecimal digits.', 'Write pairs of digits.'],
  'invalid-label': [
    'An address label is too long or does not begin with the interface.',
    'Write IFNAME:TEXT, at most 15 bytes.',
  ],
  'invalid-name': [
    'A block needs exactly one name, and that of an interface has at most 15 bytes.',
    'Put a name with blanks into double quotes; shorten the name of an interface.',
  ],
  'invalid-netmask': [
    'A netmask does not fit the service.',
    'IPv4 wants dotted form, IPv6 a length of 1..128.',
  ],
  'invalid-number': ['A word is no number of the allowed range.', 'It is ignored, and the default holds.'],
  'invalid-pattern': ['A regular expression cannot be used.', 'The message says what it stumbles over.'],
  'invalid-port': ['A word is no port.', 'Write 1..65535.'],
  'invalid-prefix': ['A prefix length is out of range.', 'IPv4 0..32, IPv6 0..128.'],
  'invalid-tunnel': [
    'The options of a tunnel do not go together.',
    'gue needs a port; ipip and gre take none.',
  ],
  'invalid-range': [
    'A range of ports is none.',
    'The whole line is left out. Write LOW-HIGH; a single port is written twice.',
  ],
  'invalid-word': ['A word is none of those the keyword knows.', 'The message names them; case counts.'],
  'label-ignored': ['A label has no effect.', 'IPv6 addresses have none.'],
  'line-too-long': [
    'A line is longer than keepalived reads.',
    'keepalived up to 2.2.7 cuts lines at 1022 bytes and takes the rest for a further line.',
  ],
  'loop-malformed': ['A ~SEQ or ~LST line is not understood.', 'See keepalived.conf(5), "Generating lines".'],
  'missing-address': [
    'An instance has no virtual address.',
    'Version 3 does not run without one. For cloud set-ups where a script moves the address, write no_virtual_ipaddress where keepalived knows it.',
  ],
  'missing-argument': [
    'A keyword lacks its value.',
    'keepalived stops here, or crashed on reload in some versions.',
  ],
  'missing-brace': [
    'A block lacks a brace.',
    'The place is where it opens, or where it should have ended by its indentation.',
  ],
  'missing-interface': ['An instance has no interface.', 'Name it, or give a unicast source address.'],
  'missing-path': ['A url has no path.', 'Write path /.'],
  'missing-preference': [
    'A rule has no preference.',
    'keepalived picks one from 16384 downwards; write one.',
  ],
  'missing-protocol': ['A virtual server has no protocol.', 'UDP would be used; write protocol TCP or UDP.'],
  'missing-script': [
    'A vrrp_script has no usable script.',
    'It would be removed, and what tracks it with it.',
  ],
  'missing-virtual-router-id': [
    'An instance has no virtual_router_id.',
    'Write one of 1..255, the same on every node.',
  ],
  'mixed-families': [
    'IPv4 and IPv6 are mixed where they cannot be.',
    'The message names the one that does not fit.',
  ],
  'mixed-owners': [
    'A sync group has members that own their address and members that do not.',
    'It cannot be in one state; give all members priority 255 or none.',
  ],
  'multiple-files': ['The path matches several files.', 'All are read, one after the other.'],
  'nested-too-deep': [
    'Blocks are nested deeper than any configuration.',
    'A closing brace is missing somewhere.',
  ],
  'never-succeeds': ['A check can never succeed.', 'Its limits contradict each other.'],
  'no-effect': ['A keyword has no effect.', 'Remove it.'],
  'no-real-server': ['A virtual server has no real server.', 'It would be dropped.'],
  'nopreempt-ignored': [
    'nopreempt has no effect.',
    'It needs state BACKUP and a priority below 255, on every node.',
  ],
  'not-acted-on': [
    'lvskit reads the keyword but does not act on it yet.',
    'No matter when keepalived runs the file: name it by --target.',
  ],
  'not-supported': [
    'lvskit cannot do what the file asks for.',
    'The instance or server is held down rather than run half-way.',
  ],
  'not-tracked': [
    'A route without dev is not tracked.',
    'Nothing puts it back when it is deleted, and no fault follows. Write dev IFNAME, or no_track where that is meant.',
  ],
  'nul-byte': ['A line holds a NUL byte.', 'This is no text file, or one in UTF-16.'],
  'obsolete-keyword': ['A word of an old version.', 'The message says what became of it.'],
  'odd-character': [
    'A quote or a blank of another alphabet.',
    'keepalived knows ASCII blanks and the double quote only; such characters come from word processors and web pages. Write plain ones.',
  ],
  order: ['A keyword stands before the one it refers to.', 'Move it behind.'],
  'own-interface-tracked': [
    "The instance's own interface is tracked.",
    'It is tracked anyway; remove the record.',
  ],
  'owner-by-default': [
    'state MASTER without a priority means 255.',
    'The node then claims to own the address. Write a priority below 255.',
  ],
  'password-truncated': ['A password is longer than 8 bytes.', 'Only the first 8 count, on every node.'],
  'peer-prefix': [
    'An address and its peer have different prefix lengths.',
    'The length belongs behind the peer.',
  ],
  'port-ignored': [
    'A port of a real server cannot be used.',
    'DR and TUN leave the port as it is; only NAT changes it.',
  ],
  'preempt-delay-ignored': [
    'preempt_delay has no effect.',
    'It needs state BACKUP, and neither nopreempt nor strict mode.',
  ],
  'regex-missing': ['Words about a regular expression without one.', 'Write regex, or remove them.'],
  'scope-ignored': ['A scope has no effect.', 'IPv6 addresses get theirs from the address.'],
  'script-escape': ['A command ends in a backslash.', 'Finish or remove the pair.'],
  'script-extra-words': [
    'A command has words that are taken for a user, or for nothing.',
    'Put the command with its arguments into double quotes.',
  ],
  'script-missing': ['A command is empty.', 'Name a program.'],
  'script-quote': ['A quote in a command is not closed.', 'Close it; otherwise the command does not run.'],
  'single-member': ['A sync group has one member.', 'It groups nothing; name the others or remove it.'],
  'single-quote': [
    'Single quotes do not protect braces and comment characters.',
    'keepalived splits the line there. Use double quotes around all of it.',
  ],
  'swallowed-word': ['A word is taken as the value of the one before it.', 'A value is missing.'],
  'too-many-addresses': [
    'One advert cannot carry all addresses.',
    'Put the others into virtual_ipaddress_excluded.',
  ],
  'too-many-decimals': ['A number has more decimals than are kept.', 'It is rounded.'],
  'trailing-characters': ['Characters follow a number or address.', 'They are ignored; remove them.'],
  'undefined-name': [
    'A name that nothing defines before this line.',
    'Correct it, or move the definition up.',
  ],
  'unexpected-brace': ['An opening brace follows no keyword.', 'Remove it, or write the keyword.'],
  'unicast-in-strict-mode': [
    'Unicast peers in strict mode.',
    'keepalived 2.2.7 runs it, others stop. Remove vrrp_strict, which also turns off authentication and pings to the address.',
  ],
  'unicast-ttl-without-peers': [
    'unicast_ttl without peers sends adverts with TTL 0.',
    'They never leave the host; remove it.',
  ],
  'unicast-without-peers': ['Unicast words but no unicast_peer.', 'Multicast is used; write the peers.'],
  'unknown-definition': [
    'A $NAME that nothing defines.',
    'It stays in the text as it is; define it or correct it.',
  ],
  'unknown-keyword': [
    'A keyword that is not known here.',
    'keepalived ignores it and, for a block, complains about each line in it. One mistake is told once here; --fix corrects a near miss.',
  ],
  'unknown-name': [
    'A name of a table, scope or protocol is not known.',
    'Use the number, or add the name on the machine.',
  ],
  'unknown-word': [
    'A word that is not understood in its place.',
    'It is ignored, or the line is dropped; the message says which.',
  ],
  'unterminated-quote': ['A double quote is not closed on its line.', 'Close it.'],
  unsupported: [
    'A word that keepalived knows and lvskit cannot follow.',
    'The whole line is left out. Write what the message names instead.',
  ],
  'unused-script': [
    'A vrrp_script that nothing tracks does not run.',
    'Track it in an instance or group, or remove it.',
  ],
  'weights-ignored': [
    'Weights of a member of a sync group are ignored.',
    'Members of a group change together. Track in the group, or say sync_group_tracking_weight.',
  ],
  'wrong-scheduler': ['A flag of another scheduler.', 'It needs the lb_algo it belongs to, before it.'],
  'fleet-router-number': [
    'Nodes that hold the same addresses have different virtual_router_ids.',
    'Each hears adverts of a router it does not know and becomes master: both answer for the address. Use one number.',
  ],
  'fleet-addresses': [
    'The nodes of a virtual router do not have the same virtual addresses.',
    'keepalived 2.2.7 drops advertisements with another list (tried with two nodes, with vrrp_skip_check_adv_addr as well): both nodes become master. lvskit and keepalived 2.4.3 log the difference and accept them: after a failover the addresses that only one node has are missing. Use one list on all nodes.',
  ],
  'fleet-version': [
    'The nodes speak different versions of VRRP.',
    'Each drops the advertisements of the other. Use one version.',
  ],
  'fleet-authentication': [
    'The nodes do not have the same authentication.',
    'Each drops the advertisements of the other and becomes master. Use one type and password, in double quotes.',
  ],
  'fleet-interval': [
    'The nodes have different advert_int.',
    'Version 2 drops advertisements of another interval, so both become master. Version 3 adopts the interval of the master.',
  ],
  'fleet-transport': [
    'The nodes do not send their adverts the same way.',
    'Unicast on one side and multicast on the other, or two multicast groups: neither hears the other.',
  ],
  'fleet-peers': [
    'A node does not have the source of its peer among its unicast peers.',
    'It sends that peer no advertisements, and with check_unicast_src it drops those it gets. List unicast_src_ip of each other node in unicast_peer.',
  ],
  'fleet-source': ['Two nodes have the same unicast_src_ip.', 'It must be an address of the node itself.'],
  'fleet-weight': [
    'The failure of what a node tracks leaves it above its peers, or its peers have nopreempt.',
    'The addresses stay where something has failed. Take more than the distance of the priorities, or weight 0 for FAULT; a node with nopreempt never takes over from a MASTER that is heard.',
  ],
  'fleet-priority': [
    'Two nodes have the same priority.',
    'Then the higher address of the interface decides. Give the node that should be master the higher priority.',
  ],
  'fleet-state': [
    'The states at start do not fit the priorities.',
    'Two nodes with state MASTER both send at start; a MASTER with the lower priority loses at once. Use BACKUP everywhere, or MASTER on the node with the highest priority.',
  ],
  'fleet-sync-group': [
    'An instance is in a sync group on one node and in none on the other.',
    'After a failure the members are together on one node and apart on the other. Group them alike.',
  ],
  'fleet-alone': [
    'Only one file of the fleet has this virtual router.',
    'Name the file of its peer, or add the instance there.',
  ],
  'fleet-router-id': [
    'Two nodes have the same router_id.',
    'It names the node in mails; told where one of them has notification_email. Without it the host name is used.',
  ],
  'fleet-service': [
    'A virtual server is missing on a node, or scheduled differently.',
    'After a failover connections are refused, or spread otherwise.',
  ],
  'fleet-real-servers': [
    'The nodes do not have the same real servers.',
    'After a failover the service is another one.',
  ],
  'suppression-without-reason': [
    'A comment silences a rule without saying why.',
    'Write lvskit-disable-line RULE -- why. Until then it silences nothing.',
  ],
  'unused-suppression': ['A comment silences a rule that finds nothing.', 'Remove it.'],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;
