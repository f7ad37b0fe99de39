// Runs on the machine in namespaces: a director alone that is reloaded again and again between two configurations, and after each reload
// holds exactly what the file says. Memory, descriptors and log lines are counted.
// Spec: proc(5) status and fd; returns figures, judges only what the kernel holds.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { patience, pause, waitFor } from '../lab/clock.ts';
import { buildCluster } from '../lab/cluster.ts';
import { configurationOf, startDaemon } from '../lab/daemon.ts';
import { addressList } from '../lab/observe.ts';
import { program } from '../lab/program.ts';
import type { Part } from './soak.ts';

const file = (last: readonly number[]): string =>
  last
    .map(
      (each, i) => `vrrp_instance V${i} {
  interface eth0
  state MASTER
  virtual_router_id ${each}
  priority 100
  advert_int 1
  virtual_ipaddress {
    10.3.0.${each}/24
  }
}
`,
    )
    .join('');

/** The second file has one instance fewer, one more, and another order: names move between VRIDs only at the end of the list. */
const files = [
  [101, 102, 103, 104],
  [101, 102, 103, 105],
] as const;

await program(async ({ times }: { times: number }): Promise<Part> => {
  const cluster = buildCluster('soak', [
    { name: 'one', links: [{ interface: 'eth0', network: 'lan', addresses: ['10.3.0.1/24'] }] },
  ]);
  const host = cluster.host('one');
  const daemon = startDaemon(host, 'lvskit', file(files[0]));
  const child = () => Number(readFileSync(configurationOf(daemon).replace(/conf$/, 'vrrp'), 'utf8'));
  const held = () =>
    addressList(host)
      .filter(each => /^10\.3\.0\.10\d$/.test(each))
      .sort()
      .join(' ');
  const expected = (which: number) => (files[which] ?? []).map(each => `10.3.0.${each}`).join(' ');
  await waitFor(`every instance is MASTER. ${daemon.log()}`, patience, () => held() === expected(0));

  const resident = (pid: number) =>
    Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);
  const descriptors = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;
  const look = () => ({ rss: resident(child()), open: descriptors(child()), parent: resident(daemon.pid) });
  const failures: string[] = [];
  const first = look();
  const pid = child();
  let worst = first.rss;
  for (let n = 1; n <= times && failures.length < 5; n++) {
    writeFileSync(configurationOf(daemon), file(files[n % 2] ?? []));
    process.kill(daemon.pid, 'SIGHUP');
    // The first three are in both files: they must be there at every look.
    const carried = () => files[0].slice(0, 3).every(each => addressList(host).includes(`10.3.0.${each}`));
    try {
      await waitFor(
        `reload ${n} is in force, held: ${held()}`,
        patience,
        () => {
          if (!carried()) throw new Error(`reload ${n} lost a carried address: ${held()}`);
          return held() === expected(n % 2);
        },
        5,
      );
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
    if (n % 10 === 0) worst = Math.max(worst, resident(child()));
  }
  await pause(1000);
  const last = look();
  if (child() !== pid) failures.push('the VRRP process was restarted');
  const lines = daemon.log().split('\n').length;
  const status = await daemon.stop();
  if (held() !== '') failures.push(`left behind after the stop: ${held()}`);
  if (status !== 0) failures.push(`the daemon ended with ${status}`);
  return {
    figures: {
      'VRRP process MB first, worst, last': `${first.rss} ${worst} ${last.rss}`,
      'supervisor MB first, last': `${first.parent} ${last.parent}`,
      'descriptors first, last': `${first.open} ${last.open}`,
      'log lines': lines,
    },
    failures,
  };
});
