// Readers of the log that are gone, slow or full. Truth: pipe(7), full(4).
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createOutput } from '../../src/core/host/output.ts';
import { type Daemon, pause, type Stage, stage, startSupervisor, until } from './supervisor.ts';

let here: Stage;
afterEach(() => here.clear());

/** Each reload logs three hundred findings. */
const talkative = `global_defs {\n}\n${Array.from({ length: 300 }, (_, n) => `unknown_word_${n} x\n`).join('')}`;

const isUp = (daemon: Daemon) =>
  until('its pid file', () => {
    try {
      return Number(readFileSync(here.pidFile, 'latin1')) === daemon.pid;
    } catch {
      return false;
    }
  });

async function reloads(daemon: Daemon, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    daemon.child.kill('SIGHUP');
    await pause(20);
  }
}

const memory = (daemon: Daemon): number =>
  Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${daemon.pid}/status`, 'latin1'))?.[1]);

describe('the supervisor lives', () => {
  it('when the reader of its log goes away', async () => {
    here = stage(talkative);
    const daemon = startSupervisor(here);
    await until('it has started', () => daemon.text().includes('Started with'));
    daemon.child.stderr?.destroy();
    await reloads(daemon, 20);
    expect(daemon.alive()).toBe(true);
    expect(await daemon.stop()).toBe(0);
  });

  it.each(['2>/dev/full', '2>&-'])('with %s', async redirection => {
    here = stage(talkative);
    const daemon = startSupervisor(here, { shell: `exec ${redirection}` });
    await isUp(daemon);
    await pause(500);
    await reloads(daemon, 20);
    expect(daemon.alive()).toBe(true);
    expect(await daemon.stop()).toBe(0);
  });

  it('when nobody reads the pipe, in bounded memory, and says what it dropped when it is read again', async () => {
    here = stage(talkative);
    const fifo = join(here.folder, 'log');
    execFileSync('mkfifo', [fifo]);
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(fifo, constants.O_WRONLY);
    const daemon = startSupervisor(here, { stderr: writer });
    closeSync(writer);
    await isUp(daemon);
    await pause(500);
    const before = memory(daemon);
    await reloads(daemon, 150);
    // 45,000 lines of a hundred bytes and more were logged; a pipe holds 64 kB of them. Kilobytes.
    expect(memory(daemon) - before).toBeLessThan(60_000);
    const read = Buffer.alloc(1 << 16);
    let text = '';
    const more = () => {
      try {
        for (let n = readSync(reader, read); n > 0; n = readSync(reader, read))
          text += read.toString('latin1', 0, n);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      }
      return text;
    };
    await until('the count of dropped lines', () => /\d+ log lines dropped/.test(more()));
    // Answers while nobody reads again.
    await reloads(daemon, 20);
    expect(await daemon.stop()).toBe(0);
    closeSync(reader);
  });
});

describe('the queue', () => {
  it('is bounded in lines and bytes and says once how much it lost', async () => {
    here = stage();
    let full = true;
    const written: string[] = [];
    const output = createOutput({
      lines: 3,
      bytes: 100,
      dropped: count => `lost ${count}\n`,
      writeSome(bytes) {
        if (full) throw Object.assign(new Error('full'), { code: 'EAGAIN' });
        // Pipes take a part of what is long.
        const part = bytes.subarray(0, 4);
        written.push(Buffer.from(part).toString());
        return part.length;
      },
    });
    for (let n = 0; n < 10; n++) output.write(`line ${n}\n`);
    output.write('x'.repeat(200));
    full = false;
    await output.drained(5_000);
    expect(written.join('')).toBe('line 0\nline 1\nline 2\nlost 8\n');
  });
});
