// Runs where a kernel has IPVS: `vs watch` as built, on pseudo-terminals and pipes, while real connections come and go.
// Stands behind it: script(1), stty(1); returns what reached the terminal or the pipe, judges nothing.
import { execFileSync } from 'node:child_process';
import { pause, waitFor } from '../lab/clock.ts';
import { runIn } from '../lab/processes.ts';
import { program } from '../lab/program.ts';
import {
  addresses,
  buildStage,
  lvskitWords,
  peerMain,
  peerRole,
  type Ran,
  type Started,
  start,
  startPeer,
} from './ipvs-stage.ts';

export type LabResult = Readonly<Record<string, Ran>>;

async function main(): Promise<LabResult> {
  execFileSync('sh', ['-c', 'mkdir -p /dev/pts; mountpoint -q /dev/pts || mount -t devpts devpts /dev/pts']);
  const { host, director } = buildStage('watch');
  await startPeer(host('one'), 'server 80 81');
  const client = await startPeer(host('client'), 'client');
  const rules = [80, 81].map(
    port => `-A -t 10.0.0.1:${port} -s rr\n-a -t 10.0.0.1:${port} -r 10.0.1.11:${port} -m -w ${port}\n`,
  );
  const six = `-A -t [2001:db8:aaaa:bbbb:cccc:dddd:eeee:1]:65535 -s rr\n-a -t [2001:db8:aaaa:bbbb:cccc:dddd:eeee:1]:65535 -r [2001:db8:ffff:eeee:dddd:cccc:bbbb:2]:65535 -m -w 1\n`;
  execFileSync('nsenter', [`--net=/run/netns/${director}`, 'ipvsadm', '-R'], { input: rules.join('') + six });

  let traffic = true;
  const flowing = (async () => {
    while (traffic) {
      const ids = await Promise.all([0, 0, 0].map(() => client.open(addresses.virtual, 81)));
      for (const id of ids) if (await client.speak(id)) await client.reset(id);
      await pause(50);
    }
  })();
  const watch = (words: string[], options: Parameters<typeof start>[2] = {}): Started =>
    start(director, lvskitWords('vs', 'watch', ...words), options);
  const frames = (running: Started, count: number) =>
    waitFor(`${count} looks`, 30_000, () => running.stdout().split('\x1b[H').length > count);
  /** The last look saw new connections on port 81: the row has a trend that rises. */
  const moving = (running: Started) =>
    waitFor('traffic in sight', 60_000, () => {
      const screen = running.stdout().split('\x1b[H').at(-1) ?? '';
      return screen.split('\n').some(line => line.includes('10.0.0.1:81') && /[▃-█]\x1b\[K/.test(line));
    });
  const terminal = { columns: 80, rows: 24 };
  const ran: Record<string, Ran> = {};

  const keys = watch([], { terminal, env: { FORCE_COLOR: '1' } });
  await frames(keys, 2);
  await moving(keys);
  for (const key of ['c', 'b', 'p', 't', 'a', 'x']) {
    keys.type(key);
    await pause(150);
  }
  keys.type('q');
  ran['keys'] = await keys.ended;

  const interrupted = watch(['--sort', 'connections'], { terminal, env: { NO_COLOR: '1' } });
  await frames(interrupted, 2);
  await moving(interrupted);
  interrupted.type('\x03');
  ran['interrupted'] = await interrupted.ended;

  const narrow = watch(['-n', '2'], { terminal: { columns: 50, rows: 8 }, env: { NO_COLOR: '1' } });
  ran['narrow'] = await narrow.ended;

  const wide = watch(['-n', '9'], { terminal: { columns: 140, rows: 24 }, env: { NO_COLOR: '1' } });
  ran['wide'] = await wide.ended;

  const piped = watch([]);
  await waitFor('two lines', 30_000, () => piped.stdout().split('\n').length > 2);
  runIn(director, 'ipvsadm', '-e', '-t', '10.0.0.1:80', '-r', '10.0.1.11:80', '-m', '-w', '5');
  runIn(director, 'ipvsadm', '-A', '-f', '7');
  const seen = piped.stdout().split('\n').length;
  await waitFor('two more', 30_000, () => piped.stdout().split('\n').length > seen + 1);
  piped.signal('SIGINT');
  ran['piped'] = await piped.ended;

  const terminated = watch(['--yaml'], { terminal });
  await waitFor('a look', 30_000, () => terminated.stdout().includes('services:'));
  terminated.type('\x03');
  ran['yaml'] = await terminated.ended;

  const closed = watch([]);
  await waitFor('a line', 30_000, () => closed.stdout().includes('\n'));
  closed.hangUp();
  ran['reader gone'] = await closed.ended;
  traffic = false;
  await flowing;

  runIn(director, 'ipvsadm', '-C');
  ran['nothing'] = await watch(['-n', '1'], { terminal, env: { NO_COLOR: '1' } }).ended;
  return ran;
}

if (peerRole !== undefined) peerMain(peerRole);
else await program(main);
