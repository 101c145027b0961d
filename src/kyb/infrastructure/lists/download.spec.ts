import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Agent } from 'undici';
import { eventually } from '../../../../test/support/eventually.js';
import { download, type DownloadOptions } from './download.js';

const CERT = readFileSync('test/fixtures/tls/receiver.cert.pem', 'utf8');
const KEY = readFileSync('test/fixtures/tls/receiver.key.pem', 'utf8');
const ROWS = Array.from({ length: 5_000 }, (_, at) => `${at},Invented ${at * 7919}\n`).join('');

const open: (Server | TcpServer)[] = [];
const listening = async <S extends Server | TcpServer>(server: S): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  return (server.address() as AddressInfo).port;
};
const http = async (listener: RequestListener) =>
  `http://127.0.0.1:${await listening(createServer(listener))}/`;
/** Answers bytes as they stand, and hangs up: nothing says how many there should have been. */
const raw = async (head: string, body: Buffer) =>
  `http://127.0.0.1:${await listening(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\nconnection: close\r\n${head}\r\n`);
        socket.end(body);
      });
    }),
  )}/`;

const folder = mkdtempSync(join(tmpdir(), 'list-download-'));
const fetched = (url: string, options: Partial<DownloadOptions> = {}) =>
  download(url, join(folder, 'list'), {
    timeoutMs: 60_000,
    firstByteMs: 30_000,
    stallMs: 30_000,
    maxBytes: 1_000_000,
    ...options,
  });

afterEach(async () => {
  for (const server of open.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['as it stands', '', Buffer.from(ROWS)],
  ['gzipped', 'content-encoding: gzip\r\n', gzipSync(ROWS)],
])('a file comes whole, %s', async (_, head, body) => {
  expect(await fetched(await raw(head, body))).toMatchObject({ bytes: ROWS.length });
  expect(readFileSync(join(folder, 'list'), 'utf8')).toBe(ROWS);
});

it.each([
  ['its length is said', `content-length: ${ROWS.length}\r\n`, Buffer.from(ROWS), true],
  [
    'it comes in chunks',
    'transfer-encoding: chunked\r\n',
    Buffer.from(`${ROWS.length.toString(16)}\r\n${ROWS}\r\n0\r\n\r\n`),
    true,
  ],
  ['it is gzipped', 'content-encoding: gzip\r\n', gzipSync(ROWS), true],
  ['it is over with the connection', '', Buffer.from(ROWS), false],
])('where a file ends is said or not: %s', async (_, head, body, delimited) => {
  expect(await fetched(await raw(head, body))).toMatchObject({ bytes: ROWS.length, delimited });
});

it('half a gzip file is not taken for a whole one, though nothing says how long it is', async () => {
  const body = gzipSync(ROWS);
  await expect(
    fetched(await raw('content-encoding: gzip\r\n', body.subarray(0, -200))),
  ).rejects.toMatchObject({
    details: { code: 'kyb.list_cut_off' },
    failure: 'transient',
  });
});

it.each([
  ['never begun', 'kyb.list_no_answer', false],
  ['begun and never ended', 'kyb.list_stalled', true],
])('a file that is %s is given up, each by its own time', async (_, code, begun) => {
  const url = await http((__, response) => {
    if (begun) response.write('1,Invented\n');
  });
  const times = { firstByteMs: begun ? 20_000 : 50, stallMs: begun ? 50 : 20_000 };
  await expect(fetched(url, times)).rejects.toMatchObject({ details: { code }, failure: 'transient' });
});

it('a file may take longer to begin than it may stall', async () => {
  let held: ServerResponse | undefined;
  const url = await http((_, response) => (held = response));
  // Pieces of what comes then are no further apart than this, also on a slow machine.
  const stallMs = 1_000;
  const coming = fetched(url, { stallMs });
  const asked = performance.now();
  await eventually(
    'longer than a stall',
    () => held !== undefined && performance.now() - asked > 1.5 * stallMs,
  );
  held!.end(ROWS);
  expect(await coming).toMatchObject({ bytes: ROWS.length });
});

it('what is compressed otherwise than asked for is refused', async () => {
  await expect(fetched(await raw('content-encoding: br\r\n', Buffer.from('x')))).rejects.toMatchObject({
    details: { code: 'kyb.list_encoding' },
  });
});

it('a redirect is followed, and not for ever', async () => {
  const end = await http((_, response) => response.end(ROWS));
  const there = await http((_, response) => response.writeHead(302, { location: end }).end());
  expect(await fetched(there)).toMatchObject({ bytes: ROWS.length });
  const round = await http((_, response) => response.writeHead(307, { location: '/again' }).end());
  await expect(fetched(round)).rejects.toMatchObject({
    details: { code: 'kyb.list_redirects' },
    failure: 'rejected',
  });
});

it('a redirect from TLS to none is refused before anything is asked there', async () => {
  let asked = 0;
  const plain = await http((_, response) => {
    asked += 1;
    response.end(ROWS);
  });
  const tls = await listening(
    createTlsServer({ cert: CERT, key: KEY }, (_, response) =>
      response.writeHead(302, { location: plain }).end(),
    ),
  );
  const dispatcher = new Agent({ connect: { ca: CERT, servername: 'receiver.test' } });
  await expect(fetched(`https://127.0.0.1:${tls}/`, { dispatcher })).rejects.toMatchObject({
    details: { code: 'kyb.list_insecure_redirect' },
    failure: 'rejected',
  });
  expect(asked).toBe(0);
  await dispatcher.close();
});

it('a redirect elsewhere than the web is refused', async () => {
  const url = await http((_, response) => response.writeHead(302, { location: 'file:///etc/hosts' }).end());
  await expect(fetched(url)).rejects.toMatchObject({ details: { code: 'kyb.list_redirects' } });
});
