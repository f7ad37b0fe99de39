// How packets reach a real server: lb_kind, lvs_method, sorry_server_lvs_method and their tunnel options.
// Spec: keepalived.conf(5) "lvs_method"; ip_vs.h IP_VS_CONN_F_* and IP_VS_CONN_F_TUNNEL_TYPE_*.

import type { Forwarding, Tunnel } from '../../ipvs/model.ts';
import type { Statement } from '../statement.ts';
import { portWord } from './arguments.ts';
import type { Context } from './context.ts';

export interface Method {
  readonly forwarding: Forwarding;
  /** Only for TUN. */
  readonly tunnel: Tunnel | undefined;
}

const plainTunnel: Tunnel = { type: 'ipip', port: 0, checksum: 'nocsum' };
const nat: Method = { forwarding: 'NAT', tunnel: undefined };
const direct: Method = { forwarding: 'DR', tunnel: undefined };
const plainTun: Method = { forwarding: 'TUN', tunnel: plainTunnel };
export const defaultMethod = nat;

/** The method of the line, or undefined after a warning. A bad option keeps the method word, as keepalived does. */
export function readMethod(s: Statement, c: Context): Method | undefined {
  const word = s.word(1);
  const base = word === 'NAT' ? nat : word === 'DR' ? direct : word === 'TUN' ? plainTun : undefined;
  if (base === undefined) {
    c.warn(
      'invalid-word',
      s,
      `${s.keyword} ${word} is none of NAT, DR, TUN (upper case); it is ignored and NAT is the default`,
      1,
    );
    return undefined;
  }
  if (s.length === 2) return base;
  let type: Tunnel['type'] = 'ipip';
  let port = 0;
  let checksum: Tunnel['checksum'] = 'nocsum';
  const refuse = (message: string, at: number) => {
    c.error('invalid-tunnel', s, `${s.keyword}: ${message}; the tunnel options would not be used`, at);
    return base;
  };
  for (let i = 2; i < s.length; i++) {
    const option = s.word(i) ?? '';
    if (option === 'type') {
      const given = s.word(++i);
      if (given !== 'ipip' && given !== 'gue' && given !== 'gre')
        return refuse(`type ${given} is none of ipip, gue, gre`, i);
      type = given;
    } else if (option === 'port') {
      const given = portWord(s, ++i);
      if (given === undefined || given === 0) return refuse(`port ${s.word(i)} is no port`, i);
      port = given;
    } else if (option === 'nocsum' || option === 'csum' || option === 'remcsum') checksum = option;
    else return refuse(`unknown option ${option}`, i);
  }
  if ((type === 'gue') !== port > 0)
    return refuse(type === 'gue' ? 'type gue needs a port' : 'only type gue takes a port', 1);
  if (type === 'ipip' && checksum !== 'nocsum') return refuse('type ipip has no checksum', 1);
  if (type === 'gre' && checksum === 'remcsum') return refuse('type gre has no remcsum', 1);
  return {
    forwarding: base.forwarding,
    tunnel: base.forwarding === 'TUN' ? { type, port, checksum } : undefined,
  };
}
