// Whole VRRP processes on a simulated LAN: fake kernels, a virtual clock, one seed. Floor 6.
export * from './kernel/index.ts';
