#!/bin/sh
# First process of the test kernel: mounts, modules, then one program; its exit status goes to $LAB_DIR/status.
# LAB_* come from the kernel's command line; the file system is the machine's own (hostfs).
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs run /run
mount --bind /dev/null /dev/console # daemons without a system log would write there, line by line
mkdir -p /run/netns /run/lock
echo 1 >/proc/sys/kernel/printk
ip link set lo up
for module in ip_vs ip_vs_rr ip_vs_wrr ip_vs_lc ip_vs_wlc ip_vs_fo ip_vs_ovf ip_vs_lblc ip_vs_lblcr \
  ip_vs_sh ip_vs_mh ip_vs_dh ip_vs_sed ip_vs_nq ip_vs_twos ip_vs_pe_sip ip_vs_ftp nf_conntrack dummy veth bridge macvlan ipip 8021q \
  sch_netem nlmon; do
  modprobe -q "$module" || missing="$missing $module"
done
echo "@lab {\"event\":\"kernel\",\"release\":\"$(uname -r)\",\"missing\":\"${missing# }\"}"
cd "$LAB_ROOT" || exit 1
"$LAB_NODE" "$LAB_DIR/script.mjs"
echo $? >"$LAB_DIR/status"
sync
echo o >/proc/sysrq-trigger
sleep 10
