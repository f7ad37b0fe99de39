// What an agent does inside its host; agents.ts starts it and says what the roles are.
// Spec: RFC 9112 (one request per connection), RFC 862 in spirit (the answer carries the host's name).
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import type { AgentMessage, Probe, Request, Role } from './agents.ts';
import { serveBackend } from './backend.ts';
import { wallNow } from './clock.ts';

function send(message: AgentMessage): void {
  process.send?.(message);
}

/** Runs a role until the program that started it ends or kills it. */
export function agentMain(role: Role): void {
  process.on('disconnect', () => process.exit(0));
  switch (role.role) {
    case 'web':
      serveWeb(role.name, role.port);
      break;
    case 'echo':
      serveEcho(role.name, role.port);
      break;
    case 'backend':
      serveBackend(() => send({ kind: 'ready' }));
      break;
    case 'client':
      if (role.http !== undefined) askHttp(role.http);
      if (role.echo !== undefined) askEcho(role.echo);
      send({ kind: 'ready' });
      break;
  }
}

function serveWeb(name: string, port: number): void {
  const answer = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${name.length}\r\nConnection: close\r\n\r\n${name}`;
  const server = createServer(socket => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => socket.end(answer));
  });
  server.listen(port, '0.0.0.0', 511, () => send({ kind: 'ready' }));
}

function serveEcho(name: string, port: number): void {
  const socket = createSocket('udp4');
  const tail = Buffer.from(name);
  socket.on('message', (probe, from) => socket.send(Buffer.concat([probe, tail]), from.port, from.address));
  socket.on('error', () => {
    // An answer that could not be delivered is a lost probe, which its sender counts.
  });
  socket.bind(port, '0.0.0.0', () => send({ kind: 'ready' }));
  // A backup that nobody asks grows cold: its first answer would come ten milliseconds late, and look like a late takeover.
  const warmth = createSocket('udp4');
  warmth.on('error', () => {
    // Not a probe: nobody waits for it.
  });
  setInterval(() => warmth.send(tail, port, '127.0.0.1'), 10);
}

/** Calls `act` at a fixed spacing without drift: what fell due in the last tenth of a second is made up for, older calls are not. */
function atSpacing(every: number, act: () => void): void {
  let due = wallNow();
  const tick = () => {
    const now = wallNow();
    due = Math.max(due, now - 100);
    while (due <= now) {
      act();
      due += every;
    }
    setTimeout(tick, Math.max(0, due - wallNow()));
  };
  tick();
}

function askHttp(target: { address: string; port: number; every: number; timeout: number }): void {
  let list: Request[] = [];
  // A port of its own for each request: a kernel that reuses one sends it where IPVS remembers the old connection to be.
  let localPort = 9999;
  setInterval(() => {
    if (list.length === 0) return;
    send({ kind: 'requests', list });
    list = [];
  }, 50);
  atSpacing(target.every, () => {
    const at = wallNow();
    let text = '';
    let settled = false;
    const settle = (outcome: { by: string } | { error: string }) => {
      if (settled) return;
      settled = true;
      list.push({ at, took: wallNow() - at, ...outcome });
      socket.destroy();
    };
    localPort = localPort === 60_000 ? 10_000 : localPort + 1;
    const socket = connect({ host: target.address, port: target.port, localPort }, () => {
      socket.write(`GET / HTTP/1.1\r\nHost: ${target.address}\r\nConnection: close\r\n\r\n`);
    });
    socket.setTimeout(target.timeout, () => settle({ error: 'timeout' }));
    socket.setEncoding('latin1');
    socket.on('data', part => {
      text += part;
    });
    socket.on('end', () => {
      const body = text.split('\r\n\r\n')[1];
      settle(body ? { by: body } : { error: 'empty answer' });
    });
    socket.on('error', (error: NodeJS.ErrnoException) => settle({ error: error.code ?? error.message }));
  });
}

function askEcho(target: { address: string; port: number; every: number }): void {
  const socket = createSocket('udp4');
  const probes: { sent: number; answered?: number; by?: string }[] = [];
  let last: string | undefined;
  socket.on('message', answer => {
    const at = wallNow();
    const probe = probes[answer.readUInt32BE(0)];
    if (probe === undefined || probe.answered !== undefined) return;
    const by = answer.subarray(4).toString();
    probe.answered = at;
    probe.by = by;
    if (by === last) return;
    last = by;
    send({ kind: 'answerer', by, at });
  });
  socket.on('error', () => {
    // A probe that cannot be sent (no neighbour answers) is a lost probe.
  });
  process.on('message', raw => {
    const { from } = raw as { from: number };
    send({ kind: 'probes', list: probes.filter(probe => probe.sent >= from) satisfies Probe[] });
  });
  socket.bind(0, () => {
    socket.setRecvBufferSize(1 << 20);
    atSpacing(target.every, () => {
      const number = Buffer.allocUnsafe(4);
      number.writeUInt32BE(probes.length);
      probes.push({ sent: wallNow() });
      socket.send(number, target.port, target.address, () => {
        // Refused sends are lost probes.
      });
    });
  });
}
