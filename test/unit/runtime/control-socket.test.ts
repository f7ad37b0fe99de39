// The control socket without a daemon: turns of many clients, followers that close their own side alone.
// Truth: docs/status.md; unix(7) shutdown(2).
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { childMoved } from '../../../src/core/control/index.ts';
import { ControlSocket } from '../../../src/core/runtime/control-socket.ts';
import { instant } from '../../../src/core/time.ts';
import { newCopy } from '../control/site.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean();
});

const events = (params: unknown): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'events', params })}\n`;

async function serve() {
  const folder = mkdtempSync(join(tmpdir(), 'lvskit-control-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'control.sock');
  const copy = newCopy();
  const entry = childMoved(copy, 'vrrp', 'starting', { cause: 'started' }, instant(0));
  const { journal } = copy;
  let questions = 0;
  // Each question about events looks into the journal once.
  Object.defineProperty(copy, 'journal', {
    get() {
      questions++;
      return journal;
    },
  });
  const order = () => ({ result: {} });
  const socket = new ControlSocket({ path, gid: undefined, copy, since: instant(0), order });
  expect((await socket.open()).ok).toBe(true);
  cleanups.push(() => socket.close());
  const client = async () => {
    const made = { socket: connect({ path, allowHalfOpen: true }), text: '' };
    made.socket.on('data', bytes => {
      made.text += bytes.toString('utf8');
    });
    cleanups.push(() => void made.socket.destroy());
    await new Promise<void>(done => made.socket.once('connect', done));
    return made;
  };
  return { socket, entry, client, questions: () => questions };
}

it('lets a client with one question wait for no other one with hundreds', async () => {
  const { client, questions } = await serve();
  const [many, one] = [await client(), await client()];
  let before = 0;
  one.socket.once('data', () => {
    before = questions();
  });
  many.socket.write(events({}).repeat(500));
  one.socket.write(events({}));
  await expect.poll(() => one.text).toContain('"result"');
  expect(before).toBeLessThan(250);
  await expect.poll(questions).toBe(501);
});

it('goes on telling a follower that has closed its own side alone', async () => {
  const { client, socket, entry } = await serve();
  const one = await client();
  one.socket.end(events({ follow: true }));
  await expect.poll(() => one.text).toContain('"result"');
  await new Promise(done => setTimeout(done, 50));
  socket.tell(entry === undefined ? [] : [entry]);
  await expect.poll(() => one.text).toContain('"method":"event"');
});
