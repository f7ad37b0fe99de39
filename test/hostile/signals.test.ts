// Signals that people, exporters and job runners send to a director. Truth: signal(7); the debugger's port is seen in /proc.
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { listening } from './seen.ts';
import { handles, pause, type Stage, stage, startSupervisor, until } from './supervisor.ts';

let here: Stage;
afterEach(() => here.clear());

/** SIGUSR1. */
const usr1 = 10;

describe('the supervisor', () => {
  it('does not open a debugger for SIGUSR1, every 5 ms from the first moment that Node listens to it', async () => {
    here = stage();
    const daemon = startSupervisor(here);
    // Before that the kernel ends the process: no program can say anything about it.
    await until('Node handles SIGUSR1', () => handles(daemon.pid, usr1));
    let seen = 0;
    for (let n = 0; n < 400; n++) {
      daemon.child.kill('SIGUSR1');
      await pause(5);
      if (daemon.alive() && listening(daemon.pid).length > 0) seen++;
    }
    await until('it has started', () => daemon.text().includes('Started with'));
    // A second without a debugger is what the daemon itself waits for.
    await pause(1_500);
    expect({ alive: daemon.alive(), listening: listening(daemon.pid) }).toEqual({
      alive: true,
      listening: [],
    });
    // Opened in the first moments or not, it never stays.
    expect(seen).toBeLessThan(400);
    expect(await daemon.stop()).toBe(0);
    expect(daemon.text()).toContain('SIGUSR1 ignored');
  });

  it.each(['SIGUSR1', 'SIGUSR2', 'SIGQUIT', 'SIGALRM'] as const)('logs %s and lives', async signal => {
    here = stage();
    const daemon = startSupervisor(here);
    await until('it has started', () => daemon.text().includes('Started with'));
    for (let n = 0; n < 50; n++) daemon.child.kill(signal);
    await until('it is logged', () => daemon.text().includes(`${signal} ignored`) || !daemon.alive());
    expect({ alive: daemon.alive(), listening: daemon.alive() ? listening(daemon.pid) : [] }).toEqual({
      alive: true,
      listening: [],
    });
    expect(await daemon.stop()).toBe(0);
    // Once at first and once with a count, not fifty times.
    expect(daemon.text().split(`${signal} ignored`).length - 1).toBeLessThanOrEqual(3);
  });

  it('takes SIGHUP as soon as its PID file is there, and reads the file again', async () => {
    for (let n = 0; n < 3; n++) {
      here = stage();
      const { pidFile } = here;
      const daemon = startSupervisor(here);
      await until('its PID file is there', () => existsSync(pidFile));
      daemon.child.kill('SIGHUP');
      await until('it reloads', () => daemon.text().includes('now in force') || !daemon.alive());
      expect(daemon.alive()).toBe(true);
      expect(await daemon.stop()).toBe(0);
      here.clear();
    }
  });

  it('ignores SIGPIPE, and the real-time signals by which keepalived is asked for JSON', async () => {
    here = stage();
    const daemon = startSupervisor(here);
    await until('it has started', () => daemon.text().includes('Started with'));
    await pause(200);
    for (const signal of ['SIGPIPE', 36, 63, 64]) process.kill(daemon.pid, signal);
    await pause(200);
    expect(daemon.alive()).toBe(true);
    expect(await daemon.stop()).toBe(0);
  });
});
