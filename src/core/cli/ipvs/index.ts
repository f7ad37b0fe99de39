// The door of cli/ipvs/: what the IPVS commands call. Spec: ipvsadm(8), core/ipvs.
export { type IpvsadmIo, ipvsadm } from './ipvsadm/run.ts';
