import { createServer } from 'node:http';
import { connect } from 'node:net';

/**
 * A proxy as clinics and offices have them: it connects to port 443 of
 * anything (CONNECT, RFC 9110, section 9.3.6) and refuses all else. Ends with its
 * input. `node proxy.js address port`
 */

const [address, port] = process.argv.slice(2);

const server = createServer((_, response) => response.writeHead(405).end());
server.on('connect', (request, client, head) => {
  client.on('error', () => {});
  const [, host, to] = /^(.+):(\d+)$/.exec(request.url ?? '') ?? [];
  if (to !== '443') return client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  const far = connect(443, host, () => {
    client.write('HTTP/1.1 200 Connected\r\n\r\n');
    far.write(head);
    client.pipe(far).pipe(client);
  });
  far.on('error', () => client.destroy());
  client.on('close', () => far.destroy());
});
server.listen(Number(port), address, () => console.log('ready'));
process.stdin.on('end', () => process.exit()).resume();
