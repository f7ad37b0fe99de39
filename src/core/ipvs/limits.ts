// The ranges the kernel keeps, which are wider than ipvsadm's.
// Spec: net/netfilter/ipvs/ip_vs_ctl.c: weights are signed, thresholds u32; a persistence timeout is kept in ticks as an unsigned int.

export const largestWeight = 2_147_483_647;
export const largestThreshold = 4_294_967_295;
/** 2^32 ticks of the slowest clock a kernel has (HZ 100), in seconds. A service that another program made may have a timeout of 0. */
export const longestPersistence = 42_949_672;
/** What ipvsadm reads: MAX_TIMEOUT of 31 days, and INT_MAX. */
export const ofIpvsadm = { longestPersistence: 31 * 86_400, largestThreshold: 2_147_483_647 } as const;
