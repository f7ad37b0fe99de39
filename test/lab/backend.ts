// A real server that checkers can question: HTTP, HTTPS and SMTP on all addresses of its host.
// Spec: RFC 9112, RFC 5321; backend.pem is a self-signed certificate for backend.test made with openssl(1), valid until 2126.
import { readFileSync } from 'node:fs';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { root } from './bundle.mjs';

/** What lies under each path, for every host name. */
export const pages = { '/plain': 'plain\n', '/virtual': 'virtual\n' } as const;

/** `/plain` for everybody, `/virtual` only under the name virtual.test, 404 for the rest. */
const answer: RequestListener = (request, response) => {
  const path = request.url ?? '';
  const known = path === '/plain' || (path === '/virtual' && request.headers.host === 'virtual.test');
  response.writeHead(known ? 200 : 404, { 'Content-Type': 'text/plain', Connection: 'close' });
  response.end(known ? pages[path] : 'nothing here\n');
};

/** Serves until the process ends; calls `ready` when all ports listen. */
export function serveBackend(ready: () => void): void {
  const pem = readFileSync(join(root, 'test', 'lab', 'backend.pem'), 'utf8');
  const mail = createServer(socket => {
    socket.setEncoding('latin1');
    socket.on('error', () => socket.destroy());
    socket.write('220 backend.test ready\r\n');
    socket.on('data', (line: Buffer | string) => {
      const word = String(line).slice(0, 4).toUpperCase();
      if (word === 'HELO') socket.write('250 backend.test\r\n');
      else if (word === 'QUIT') socket.end('221 bye\r\n');
      else socket.write('500 what?\r\n');
    });
  });
  const servers: [Server, number][] = [
    [createHttp(answer), 80],
    [createHttps({ key: pem, cert: pem }, answer), 443],
    [mail, 25],
  ];
  let waiting = servers.length;
  for (const [server, port] of servers) {
    server.listen(port, '::', () => {
      waiting--;
      if (waiting === 0) ready();
    });
  }
}
