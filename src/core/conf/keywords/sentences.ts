// One sentence about each keyword, for the manual, completion and hover; loaded only by those.
// Spec: keepalived.conf(5). A sentence holds wherever the name occurs, unless a second table names its block.

import { factsOf } from '../blocks/index.ts';

/** `name: sentence`, one a line: what the keyword does, whichever block it stands in. */
const general = `
linkbeat_use_polling: Watches link states by polling each interface.
net_namespace: Runs everything in a named network namespace.
net_namespace_ipvs: Runs only the IPVS part in another network namespace.
namespace_with_ipsets: Allows ipsets inside a network namespace.
use_pid_dir: Puts the pid files into a directory of their own.
instance: Names this daemon where several share a host.
child_wait_time: How long a stopping child may take before it is killed.
global_defs: Holds the settings that concern the whole daemon.
static_ipaddress: Addresses that are present whatever the VRRP states are.
static_routes: Routes that are present whatever the VRRP states are.
static_rules: Policy rules that are present whatever the VRRP states are.
vrrp_sync_group: Instances that change their state together.
garp_group: Interfaces that share one pace of gratuitous ARP.
linkbeat_interfaces: Interfaces whose link is polled, with the way to poll it.
vrrp_instance: One virtual router: who holds which addresses.
vrrp_script: A program whose result changes priority or state.
vrrp_track_process: A process whose presence changes priority or state.
interface_up_down_delays: How long a link must be up or down before it counts.
SSL: The client certificate that SSL checks show.
virtual_server_group: Several addresses or marks served as one virtual server.
virtual_server: One balanced service and its real servers.
bfd_instance: One BFD session with a neighbour.
vrrp_track_file: The older name of a track_file block.
process_names: Gives each child process a name of its own.
process_name: Name of the parent process.
vrrp_process_name: Name of the VRRP process.
checker_process_name: Name of the checker process.
lvs_process_name: The older word for the name of the checker process.
bfd_process_name: Name of the BFD process.
use_symlink_paths: Runs scripts by the path written, without resolving links.
set_supplementary_groups: Scripts get the supplementary groups of their user.
router_id: Names this machine in mails.
notification_email_from: Sender of the mails.
smtp_server: Where mails are delivered to.
smtp_helo_name: How the daemon greets the mail server.
smtp_connect_timeout: How long a mail server may take to answer.
notification_email: Who gets the mails.
smtp_alert: Whether state changes are mailed.
startup_script: A program run before the daemon starts its children.
startup_script_timeout: How long the startup script may run.
shutdown_script: A program run after all children have ended.
shutdown_script_timeout: How long the shutdown script may run.
max_auto_priority: The real-time priority a late process may rise to.
min_auto_priority_delay: The lateness from which on a process rises in priority.
smtp_alert_vrrp: Whether VRRP state changes are mailed.
smtp_alert_checker: Whether changes of real servers are mailed.
checker_log_all_failures: Logs each failed check, not only the deciding one.
dynamic_interfaces: Waits for interfaces that do not exist yet.
no_email_faults: Sends no mail when an instance goes to FAULT.
default_interface: The interface of static addresses that name none.
disable_local_igmp: Keeps the kernel from reporting link-local multicast groups.
v3_checksum_as_v2: Leaves the pseudo header out of the version 3 checksum on IPv4.
lvs_timeouts: How long IPVS remembers idle connections.
lvs_flush: Empties the IPVS table at start.
lvs_flush_on_stop: Empties the IPVS table, or our part of it, at the end.
lvs_flush_onstop: The older spelling of lvs_flush_on_stop.
lvs_sync_daemon: Copies connection states to the other director.
vrrp_mcast_group4: Where IPv4 adverts are sent.
vrrp_mcast_group6: Where IPv6 adverts are sent.
vrrp_garp_master_delay: Pause before gratuitous ARP is repeated by a new master.
vrrp_garp_master_repeat: How many gratuitous ARPs a new master sends at a time.
vrrp_garp_master_refresh: How often a master repeats its gratuitous ARP.
vrrp_garp_master_refresh_repeat: How many gratuitous ARPs each refresh sends.
vrrp_garp_lower_prio_delay: Pause before gratuitous ARP is repeated after a weaker advert.
vrrp_garp_lower_prio_repeat: How many gratuitous ARPs answer a weaker advert.
vrrp_down_timer_adverts: Missed adverts after which the master counts as dead.
vrrp_garp_interval: Least gap between two gratuitous ARPs of an interface.
vrrp_gna_interval: Least gap between two neighbour advertisements of an interface.
vrrp_min_garp: Sends the least gratuitous ARP that is useful.
vrrp_garp_extra_if: Repeats gratuitous ARP on the interfaces below virtual MACs.
vrrp_vmac_garp_intvl: The older word for vrrp_garp_extra_if.
vrrp_lower_prio_no_advert: A master stays silent towards weaker adverts.
vrrp_higher_prio_send_advert: A master answers a stronger advert once more before it yields.
vrrp_version: The VRRP version of instances that name none.
vrrp_iptables: The iptables chains that guard addresses.
vrrp_ipsets: The names of the ipsets behind the iptables rules.
nftables: The nftables table that guards addresses.
nftables_priority: Priority of the chains in that table.
nftables_ifindex: Matches interfaces by number instead of by name.
vrrp_check_unicast_src: Accepts unicast adverts only from peers.
vrrp_skip_check_adv_addr: Compares the addresses of an advert only when its sender changes.
vrrp_strict: Follows the RFC to the letter.
vrrp_priority: Nice value of the VRRP process.
vrrp_no_swap: Keeps the VRRP process in memory.
vrrp_rt_priority: Real-time priority of the VRRP process.
vrrp_cpu_affinity: Processors the VRRP process may run on.
vrrp_rlimit_rttime: How long the VRRP process may run without a pause under real-time scheduling.
vrrp_rlimit_rtime: The older spelling of vrrp_rlimit_rttime.
nftables_ipvs: The nftables table that marks packets for server groups.
nftables_ipvs_priority: Priority of the chains that mark packets.
nftables_ipvs_start_fwmark: First of the marks given out.
nftables_counters: Counts packets in the nftables rules.
notify_fifo: A pipe that gets every state change.
notify_fifo_script: A program fed by that pipe.
vrrp_notify_fifo: A pipe that gets the VRRP state changes.
vrrp_notify_fifo_script: A program fed by the pipe of VRRP states.
vrrp_notify_priority_changes: Announces changes of priority too.
fifo_write_vrrp_states_on_reload: Repeats all states on the pipes after a reload.
lvs_notify_fifo: A pipe that gets the changes of real servers.
lvs_notify_fifo_script: A program fed by the pipe of real servers.
checker_priority: Nice value of the checker process.
checker_no_swap: Keeps the checker process in memory.
checker_rt_priority: Real-time priority of the checker process.
checker_cpu_affinity: Processors the checker process may run on.
checker_rlimit_rttime: How long the checker process may run without a pause under real-time scheduling.
checker_rlimit_rtime: The older spelling of checker_rlimit_rttime.
bfd_priority: Nice value of the BFD process.
bfd_no_swap: Keeps the BFD process in memory.
bfd_rt_priority: Real-time priority of the BFD process.
bfd_cpu_affinity: Processors the BFD process may run on.
bfd_rlimit_rttime: How long the BFD process may run without a pause under real-time scheduling.
bfd_rlimit_rtime: The older spelling of bfd_rlimit_rttime.
snmp_socket: Where the SNMP master agent listens.
enable_traps: Sends SNMP traps.
enable_snmp_vrrp: Shows VRRP by SNMP.
enable_snmp_keepalived: The older word for enable_snmp_vrrp.
enable_snmp_rfc: Shows both standard VRRP tables by SNMP.
enable_snmp_rfcv2: Shows the table of RFC 2787 by SNMP.
enable_snmp_rfcv3: Shows the table of RFC 6527 by SNMP.
enable_snmp_checker: Shows the virtual servers by SNMP.
snmp_vs_stats_update_interval: How long statistics of virtual servers are kept for SNMP.
snmp_rs_stats_update_interval: How long statistics of real servers are kept for SNMP.
enable_dbus: Offers the instances on DBus.
dbus_service_name: Name of the service on DBus.
dbus_no_interface_name: What stands for a missing interface in DBus paths.
script_user: The user scripts run as unless they name one.
enable_script_security: Runs no root script that others could have changed.
vrrp_netlink_cmd_rcv_bufs: Receive buffer of the VRRP process for netlink answers.
vrrp_netlink_cmd_rcv_bufs_force: Lets that buffer exceed the system limit.
vrrp_netlink_monitor_rcv_bufs: Receive buffer of the VRRP process for netlink news.
vrrp_netlink_monitor_rcv_bufs_force: Lets the buffer for netlink news exceed the system limit.
process_monitor_rcv_bufs: Receive buffer for news about processes.
process_monitor_rcv_bufs_force: Lets the buffer for process news exceed the system limit.
lvs_netlink_cmd_rcv_bufs: Receive buffer of the checker process for netlink answers.
lvs_netlink_cmd_rcv_bufs_force: Lets the checker's buffer for answers exceed the system limit.
lvs_netlink_monitor_rcv_bufs: Receive buffer of the checker process for netlink news.
lvs_netlink_monitor_rcv_bufs_force: Lets the checker's buffer for news exceed the system limit.
rs_init_notifies: Runs notify_up for servers that start up.
no_checker_emails: Mails only when a server goes up or down.
vrrp_rx_bufs_policy: How large the receive buffers for adverts are.
vrrp_rx_bufs_multiplier: How many adverts a receive buffer holds.
vrrp_startup_delay: How long instances wait after the start.
vrrp_delay_after_boot: How long instances wait after the machine has booted.
log_unknown_vrids: Logs adverts of virtual routers nobody configured.
vrrp_owner_ignore_adverts: Address owners ignore the adverts of others.
vmac_prefix: How the names of virtual MAC interfaces begin.
vmac_addr_prefix: How the names of interfaces for single addresses begin.
umask: Permission bits new files do not get.
random_seed: Makes the random numbers of the file repeatable.
reload_check_config: Checks the file before it is reloaded.
reload_time_file: A file that says when to reload.
reload_repeat: Keeps that file after use.
reload_file: A file that exists while a configuration is being read.
include_check: How strict the includes that follow are.
config_save_dir: Where each configuration read is kept.
tmp_config_directory: Where the children's copy of the configuration is put.
data_use_instance: Puts the daemon's name into the names of dumps.
json_version: Layout of the JSON dump.
iproute_usr_dir: Where the distribution's names for tables and scopes are.
iproute_etc_dir: Where the site's names for tables and scopes are.
state_dump_file: Where the states are dumped.
stats_dump_file: Where the statistics would be dumped.
json_dump_file: Where the JSON dump would be put.
group: The instances that belong to it.
track_interface: Interfaces whose state counts too.
track_script: Scripts whose result counts.
track_process: Processes whose presence counts.
track_bfd: BFD sessions whose state counts.
notify_backup: A program run on becoming BACKUP.
notify_master: A program run on becoming MASTER.
notify_fault: A program run on going to FAULT.
notify_stop: A program run when VRRP ends.
notify: A program run on every state change, told which.
notify_deleted: A program run when a reload has removed the instance.
notify_master_rx_lower_pri: A program run when a master hears a weaker one.
notify_priority_changes: Announces changes of priority too.
global_tracking: The older word for sync_group_tracking_weight.
sync_group_tracking_weight: Lets members keep weights of their own.
interface: The interface it works on.
use_vmac: Puts the addresses on an interface with the virtual MAC.
use_vmac_addr: Uses virtual MACs for addresses on other interfaces too.
vmac_xmit_base: Sends adverts on the interface below the virtual MAC.
use_ipvlan: Puts the addresses on an IPVLAN interface.
unicast_peer: Sends adverts to these routers instead of a group.
unicast_fault_no_peer: Goes to FAULT when no peer is known.
check_unicast_src: Accepts adverts only from the peers.
old_unicast_checksum: Uses the checksum old versions sent to peers.
native_ipv6: Makes it an IPv6 instance.
state: The state wanted at the start.
vrf: The VRF it works in.
dont_track_primary: Ignores the state of its own interface.
mcast_src_ip: Source address of the adverts.
unicast_src_ip: Source address of adverts to peers.
mcast_dst_ip: The group adverts are sent to.
track_src_ip: Goes to FAULT when the source address is gone.
virtual_router_id: The number all routers of one virtual router share.
unicast_ttl: TTL of adverts to peers.
version: The VRRP version it speaks.
priority: Who wins: the highest does.
advert_int: Seconds between two adverts.
virtual_ipaddress: The addresses the master holds and advertises.
virtual_ipaddress_excluded: Addresses the master holds without advertising them.
no_virtual_ipaddress: Allows an instance without addresses.
promote_secondaries: Keeps other addresses when the first of a subnet goes.
virtual_routes: Routes the master holds.
virtual_rules: Policy rules the master holds.
accept: Takes packets addressed to the virtual addresses.
no_accept: Drops packets addressed to the virtual addresses.
skip_check_adv_addr: Compares the addresses of an advert only when its sender changes.
strict_mode: Follows the RFC to the letter.
preempt: A stronger router takes over from a weaker master.
nopreempt: A stronger router leaves a weaker master alone.
preempt_delay: How long a stronger router waits before it takes over.
debug: Level of debug messages.
lvs_sync_daemon_interface: The older way to name the interface of the sync daemon.
garp_master_delay: Pause before a new master repeats its gratuitous ARP.
garp_master_refresh: How often a master repeats its gratuitous ARP.
garp_master_repeat: How many gratuitous ARPs a new master sends at a time.
garp_master_refresh_repeat: How many gratuitous ARPs each refresh sends.
garp_lower_prio_delay: Pause before gratuitous ARP is repeated after a weaker advert.
garp_lower_prio_repeat: How many gratuitous ARPs answer a weaker advert.
down_timer_adverts: Missed adverts after which the master counts as dead.
timer_expired_backup: The priority assumed of the others when the timer expires.
thread_timer_expired: The older word for timer_expired_backup.
garp_extra_if: Repeats gratuitous ARP on the interface below a virtual MAC.
vmac_garp_intvl: The older word for garp_extra_if.
lower_prio_no_advert: A master stays silent towards a weaker advert.
higher_prio_send_advert: A master answers a stronger advert once more before it yields.
owner_ignore_adverts: The address owner ignores the adverts of others.
kernel_rx_buf_size: Size of the receive buffer for adverts.
authentication: The plain password or header of version 2 adverts.
auth_hmac: Signs adverts with a shared key.
auth_type: How adverts are authenticated.
auth_pass: The shared password, eight bytes at most.
key: A secret key.
weight: What it adds to a priority, or its share of the load.
user: The user and group the program runs as.
process: The program to look for.
param_match: How the command line is compared.
quorum: The least that must be there.
quorum_max: The most processes that may be there.
delay: How long any change must last to count.
terminate_delay: How long a process must be gone to count.
fork_delay: How long a process must be there to count.
full_command: Compares the whole command instead of the short name.
ip_family: Address family of a service by mark.
retry: Further attempts before a failure counts.
delay_before_retry: Pause between two attempts.
warmup: Greatest random delay of the first check.
connect_timeout: How long a connection may take.
delay_loop: Seconds between two checks.
inhibit_on_failure: A failed server stays with weight 0.
lb_algo: The scheduler that chooses the server.
lvs_sched: Another word for lb_algo.
hashed: A word without effect.
ops: Schedules every UDP packet by itself.
flag-1: Sets the first flag of the scheduler.
flag-2: Sets the second flag of the scheduler.
flag-3: Sets the third flag of the scheduler.
sh-port: The source hash includes the port.
sh-fallback: The source hash passes over servers without weight.
mh-port: The Maglev hash includes the port.
mh-fallback: The Maglev hash passes over servers without weight.
lb_kind: How packets reach the servers.
lvs_method: How packets reach the server.
persistence_engine: What recognises a client, such as sip.
persistence_timeout: How long a client stays with its server.
persistence_granularity: How much of a client's address counts.
protocol: The transport protocol or the origin it concerns.
ha_suspend: Checks only while the address is on this machine.
virtualhost: The host name asked for.
snmp_name: Its name in SNMP.
alpha: Starts down until its checks succeed.
omega: Runs the down scripts at the end too.
quorum_up: A program run when enough servers are up.
quorum_down: A program run when too few servers are up.
hysteresis: How far beyond the quorum a change must go.
sorry_server: Serves when too few real servers are up.
sorry_server_inhibit: The sorry server stays with weight 0 while idle.
sorry_server_lvs_method: How packets reach the sorry server.
real_server: One server behind the service.
uthreshold: Connections above which it gets no new ones.
lthreshold: Connections below which it gets new ones again.
notify_up: A program run when the server comes up.
notify_down: A program run when the server goes down.
MISC_CHECK: Checks by running a program.
SMTP_CHECK: Checks by greeting a mail server.
TCP_CHECK: Checks by connecting.
PING_CHECK: Checks by an ICMP echo.
UDP_CHECK: Checks by a datagram.
HTTP_GET: Checks by fetching pages.
SSL_GET: Checks by fetching pages over TLS.
DNS_CHECK: Checks by a DNS query.
FILE_CHECK: Checks by the number in a tracked file.
BFD_CHECK: Checks by a BFD session.
log_all_failures: Logs each failed check.
misc_path: The program and its arguments.
misc_timeout: How long the program may run.
misc_dynamic: The exit status sets the weight.
helo_name: How the check greets the mail server.
connect_ip: The address to connect to.
connect_port: The port to connect to.
bindto: The address to connect from.
bind_port: The port to connect from.
bind_if: The interface to connect through.
fwmark: The firewall mark of its packets.
host: The older way to name the address of a check.
payload: What is sent.
require_reply: Waits for an answer, or for this one.
min_reply_length: Least length of an answer.
max_reply_length: Greatest length of an answer.
nb_get_retry: The older word for retry.
http_protocol: The HTTP version asked with.
enable_sni: Names the host in the TLS greeting.
sni_name: The host named in the TLS greeting.
fast_recovery: One good pass after a failure is enough.
url: One page to fetch and what it must look like.
tls_compliant: Closes TLS connections on both sides.
path: The path of the page.
digest: MD5 of the page, as genhash prints it.
status_code: The answers that count as success.
regex: What the page must contain.
regex_no_match: What the page must not contain.
regex_options: How the pattern is read.
regex_min_offset: Where a match may begin at the earliest.
regex_max_offset: Where a match may begin at the latest.
regex_stack: Stack of the pattern matcher.
type: The kind of thing it is.
name: Its name.
source_ip: The address the session is sent from.
neighbor_ip: The address of the other end.
neighbour_ip: Another spelling of neighbor_ip.
min_rx: Least gap between packets we can take.
min_tx: Least gap between packets we send.
idle_tx: Gap between packets while the session is down.
multiplier: Missed packets after which the session is down.
passive: Waits for the other end to begin.
ttl: TTL of its packets.
hoplimit: Hop limit of its packets.
max_hops: How many routers may lie between.
multihop: The other end is not on the same link.
vrrp: Only VRRP uses the session.
checker: Only the checkers use the session.
file: The file to watch.
init_file: Creates the file at the start.
ADDR: The address it is about.
dev: The interface it belongs to.
scope: How far it is valid.
brd: The broadcast address, or how to compute it.
broadcast: Another word for brd.
label: A name for the address.
peer: The other end of a point-to-point address.
home: Marks a Mobile IPv6 home address.
-nodad: Turns duplicate address detection on.
mngtmpaddr: Lets the kernel derive temporary addresses.
noprefixroute: Adds no route for the prefix.
autojoin: Joins the multicast group by itself.
no_track: Does not mind when others remove it.
preferred_lft: How long the address is preferred as a source.
<other>: Any other word is refused.
DESTINATION: Where the packets go.
to: The destination it matches or leads to.
TYPE: What happens to the packets.
inet: Means IPv4.
inet6: Means IPv6.
src: The source address it prefers.
as: A label stack, which belongs to MPLS.
via: The router that is next.
gw: The older word for via.
from: The source it matches.
tos: The type of service it matches.
dsfield: Another word for tos.
table: The routing table.
metric: The smaller one wins.
preference: Its rank: the smaller one wins.
oif: The interface packets leave by.
onlink: The next router is on the link whatever the prefix says.
encap: What packets are wrapped in.
expires: How long the route lives.
mtu: Largest packet of the path.
advmss: Segment size offered to peers.
rtt: First guess of the round-trip time.
rttvar: First guess of its variance.
rto_min: Least retransmission time.
reordering: How much reordering is expected.
window: Largest window offered.
cwnd: Limit of the congestion window.
ssthresh: First slow start threshold.
realms: The realms it belongs to.
initcwnd: First congestion window.
initrwnd: First receive window.
features: Protocol features of the path.
quickack: Acknowledges at once.
congctl: The congestion control used.
pref: IPv6 router preference.
ttl-propagate: Whether the TTL shows inside a tunnel.
fastopen_no_cookie: Opens fast without a cookie.
add: Fails when it is there already.
prepend: Goes before equal ones.
append: Goes behind equal ones.
or: The older way to name a second router.
nexthop: One of several routers.
ip: An IPv4 tunnel.
ip6: An IPv6 tunnel.
mpls: A stack of labels.
ila: An identifier locator.
lookup: Another word for table.
not: Matches everything else.
order: Another word for preference.
suppress_prefixlength: Ignores routes with such short prefixes.
sup_pl: Another word for suppress_prefixlength.
suppress_ifgroup: Ignores routes through this group.
sup_group: Another word for suppress_ifgroup.
iif: The interface packets come in by.
tunnel-id: The tunnel packets come from.
uidrange: The users whose packets match.
l3mdev: Looks into the table of the VRF.
ipproto: The IP protocol it matches.
sport: The source ports it matches.
dport: The destination ports it matches.
goto: Goes on at another rule.
nop: Does nothing.
blackhole: Drops packets silently.
unreachable: Refuses packets as unreachable.
prohibit: Refuses packets as forbidden.
IFNAME: The interface.
NAME: What is tracked.
min_ttl: Least TTL of the peer's adverts.
max_ttl: Greatest TTL of the peer's adverts.
include: Reads further files here.
includer: Reads files that must be readable.
includem: Reads a file that must exist.
includew: Reads files of which one must exist.
includeb: Reads files that must all exist.
includea: Reads files under all these conditions.
$NAME=: Defines a name for a text.
@ID: Keeps the line for this config-id.
@^ID: Keeps the line for any other config-id.
~SEQ: Repeats the line for a sequence of numbers.
~LST: Repeats the line for a list of values.
`;

/** `block path TAB name: sentence`: where a name means something of its own in a block. */
const special = `
(root)	track_group: Instances that static addresses, routes and rules go with.
(root)	track_file: A file whose number changes priority or weight.
virtual_server	weight: The weight of servers that name none.
virtual_server	alpha: Servers start down until their checks succeed.
virtual_server	quorum: The sum of weights that must be up.
virtual_server/real_server	weight: Its share of the load.
vrrp_track_process	quorum: How many processes must be there.
vrrp_instance	track_file: Files whose number counts.
vrrp_sync_group	track_file: Files whose number counts.
virtual_server/real_server/FILE_CHECK	track_file: The tracked file that decides.
virtual_server/real_server/FILE_CHECK	weight: What the file's number is multiplied by.
virtual_server/real_server/DNS_CHECK	type: The kind of record asked for.
virtual_server/real_server/DNS_CHECK	name: The name asked for.
virtual_server/real_server/BFD_CHECK	name: The BFD session that decides.
<route-line>	rtt: First guess of the round-trip time of the path.
<route-line>	priority: Another word for metric.
<route-line>	preference: Another word for metric.
<rule-line>	priority: Another word for preference.
<rule-line>	type: A filler before an action.
<rule-line>	fwmark: The mark it matches.
<rule-line>	protocol: Who installed the rule.
<route-line>	protocol: Who installed the route.
<route-line>	to: A filler before the destination.
<route-line>	src: The source address packets prefer.
<route-line>	hoplimit: Hop limit of packets on this route.
<nexthop>	weight: Its share of the traffic.
<vsg-line>	fwmark: A firewall mark that belongs to the group.
<ip-address-line>	track_group: The instances the address goes with.
<route-line>	track_group: The instances the route goes with.
<rule-line>	track_group: The instances the rule goes with.
<ip-address-line>	use_vmac: Puts this address on a virtual MAC.
`;

function table(text: string): ReadonlyMap<string, string> {
  const entries = text.split('\n').flatMap(line => {
    // The names hold no colon followed by a blank.
    const at = line.indexOf(': ');
    return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 2)] as const];
  });
  return new Map(entries);
}

let loaded:
  | { readonly general: ReadonlyMap<string, string>; readonly special: ReadonlyMap<string, string> }
  | undefined;

/** What the keyword of the block path does, in one sentence; undefined when it is not catalogued. */
export function sentenceFor(path: string, name: string): string | undefined {
  const described = factsOf(path, name);
  if (described !== undefined) return described.says;
  loaded ??= { general: table(general), special: table(special) };
  return loaded.special.get(`${path}\t${name}`) ?? loaded.general.get(name);
}
