// Runs where a kernel has IPVS: `vs watch` as built, on pseudo-terminals and pipes, while real connections come and go.
// Spec: script(1), stty(1); returns what reached the terminal or the pipe, judges nothing.
import { execFileSync } from 'node:child_process';
import { patience, pause, waitFor } from '../lab/clock.ts';
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
    waitFor(`${count} looks`, patience, () => running.stdout().split('\x1b[H').length > count);
  /** A look later than now, with these words in it, saw new connections on port 81: the row's trend ends high. */
  const moving = (running: Started, words = '') => {
    const from = running.stdout().length;
    return waitFor(`traffic in sight ${words}`, patience, () =>
      running
        .stdout()
        .slice(from)
        .split('\x1b[H')
        .slice(1)
        .some(screen => screen.includes(words) && /10\.0\.0\.1:81 .*[▃-█]\r?$/m.test(screen)),
    );
  };
  const terminal = { columns: 80, rows: 24 };
  const ran: Record<string, Ran> = {};

  const keys = watch([], { terminal, env: { FORCE_COLOR: '1' } });
  await frames(keys, 2);
  await moving(keys);
  for (const word of ['c connections', 'b bytes', 'p packets', 't active', 'a address']) {
    keys.type(word.slice(0, 1));
    await moving(keys, `[${word}]`);
  }
  keys.type('xq');
  ran['keys'] = await keys.ended;

  const interrupted = watch(['--sort', 'connections'], { terminal, env: { NO_COLOR: '1' } });
  await moving(interrupted);
  interrupted.type('\x03');
  ran['interrupted'] = await interrupted.ended;

  // The next look is an hour away: only the new size can make it draw.
  const resized = watch(['--interval', '3600'], { terminal, env: { NO_COLOR: '1' } });
  await frames(resized, 1);
  for (const size of [
    { columns: 50, rows: 8 },
    { columns: 140, rows: 30 },
  ]) {
    const before = resized.stdout().split('\x1b[H').length;
    resized.resize(size);
    await frames(resized, before);
  }
  resized.type('q');
  ran['resized'] = await resized.ended;

  const narrow = watch(['-n', '2'], { terminal: { columns: 50, rows: 8 }, env: { NO_COLOR: '1' } });
  ran['narrow'] = await narrow.ended;

  const scrolled = watch(['--interval', '0.2'], { terminal: { columns: 40, rows: 8 } });
  await frames(scrolled, 3);
  for (const [key, first] of [
    ['\x1b[B', 2],
    ['\x1b[F', 3],
  ] as const) {
    scrolled.type(key);
    await waitFor(`line ${first} comes first`, patience, () => scrolled.stdout().includes(`lines ${first}-`));
  }
  scrolled.type('q');
  ran['scrolled'] = await scrolled.ended;

  const wide = watch([], { terminal: { columns: 140, rows: 24 }, env: { NO_COLOR: '1' } });
  await frames(wide, 2);
  await moving(wide);
  wide.type('q');
  ran['wide'] = await wide.ended;

  const piped = watch([]);
  await waitFor('two lines', patience, () => piped.stdout().split('\n').length > 2);
  runIn(director, 'ipvsadm', '-e', '-t', '10.0.0.1:80', '-r', '10.0.1.11:80', '-m', '-w', '5');
  runIn(director, 'ipvsadm', '-A', '-f', '7');
  const seen = piped.stdout().split('\n').length;
  await waitFor('two more', patience, () => piped.stdout().split('\n').length > seen + 1);
  await waitFor('a rate', patience, () => /"connectionsPerSecond":[^0]/.test(piped.stdout()));
  piped.signal('SIGINT');
  ran['piped'] = await piped.ended;

  const terminated = watch(['--yaml'], { terminal });
  await waitFor('a look', patience, () => terminated.stdout().includes('services:'));
  terminated.type('\x03');
  ran['yaml'] = await terminated.ended;

  const closed = watch([]);
  await waitFor('a line', patience, () => closed.stdout().includes('\n'));
  closed.hangUp();
  ran['reader gone'] = await closed.ended;
  traffic = false;
  await flowing;

  // What does not move, on the same terminal and on a pipe; one connection stays.
  await client.open(addresses.virtual, 81);
  for (const words of ['vs stats', 'vs rates', 'vs list', 'conn list']) {
    const env = { NO_COLOR: '1' };
    ran[`${words}, terminal`] = await start(director, lvskitWords(...words.split(' ')), { terminal, env })
      .ended;
    ran[`${words}, pipe`] = await start(director, lvskitWords(...words.split(' ')), { env }).ended;
  }

  runIn(director, 'ipvsadm', '-C');
  ran['nothing'] = await watch(['-n', '1'], { terminal, env: { NO_COLOR: '1' } }).ended;
  return ran;
}

if (peerRole !== undefined) peerMain(peerRole);
else await program(main);
