// Who sends VRRP adverts in a cluster, in the order in which its bridges see them: what follows what needs no clock.
// Spec: RFC 9568 section 5.2 (VRID, priority; 0 is a farewell); packet(7) as perl has it, in the hub's namespace.
import type { HostSpec } from './cluster.ts';
import { startIn } from './processes.ts';

export interface Advert {
  /** Name of the host whose interface sent it. */
  readonly host: string;
  readonly vrid: number;
  readonly farewell: boolean;
}

export interface AdvertLog {
  /** All adverts until now. */
  heard(): Advert[];
}

/**
 * One line per advert: the host's number as in its hardware address (cluster.ts), VRID, priority. A socket for ETH_P_IP hears a frame once,
 * where the bridge itself receives it, not at its ports.
 */
const listener = `$| = 1; socket(my $s, 17, 3, unpack('S', pack('n', 0x0800))) or die $!;
while (defined recv($s, my $b, 2048, 0)) {
  next if unpack('x23C', $b) != 112;
  print join(' ', unpack('x10C', $b), unpack('x' . (15 + 4 * (unpack('x14C', $b) & 15)) . 'CC', $b)), "\\n";
}`;

/** Listens in the hub of a cluster that was built of `hosts`. */
export function hearAdverts(hub: string, hosts: readonly HostSpec[]): AdvertLog {
  const running = startIn(hub, 'adverts', 'perl', ['-e', listener]);
  return {
    heard: () =>
      running
        .log()
        .split('\n')
        .slice(0, -1)
        .map(line => {
          const [host = 0, vrid = 0, priority] = line.split(' ').map(Number);
          return { host: hosts[host - 1]?.name ?? line, vrid, farewell: priority === 0 };
        }),
  };
}
