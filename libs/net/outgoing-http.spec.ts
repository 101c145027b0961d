import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProviderError } from '#libs/kernel';
import { parseNetwork } from './address-policy.js';
import { failureOf, retryAfter } from './answer-failure.js';
import { OutgoingHttp, type OutgoingOptions } from './outgoing-http.js';

const CERT = readFileSync('test/fixtures/tls/receiver.cert.pem', 'utf8');
const KEY = readFileSync('test/fixtures/tls/receiver.key.pem', 'utf8');

const open: (Server | TcpServer)[] = [];
const listening = async <S extends Server | TcpServer>(server: S, host = '127.0.0.1'): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  open.push(server);
  return (server.address() as AddressInfo).port;
};
const http = (listener: RequestListener) => listening(createServer(listener));
const https = (listener: RequestListener) => listening(createTlsServer({ cert: CERT, key: KEY }, listener));

afterEach(async () => {
  for (const server of open.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const client = (options: Partial<OutgoingOptions> & { allow?: string[] } = {}) =>
  new OutgoingHttp({
    policy: {
      allowedNetworks: (options.allow ?? ['127.0.0.1']).map(parseNetwork),
      allowedPorts: [[1, 65_535]],
      httpsOnly: false,
    },
    resolve: () => Promise.resolve(['127.0.0.1']),
    connectTimeoutMs: 30_000,
    timeoutMs: 30_000,
    maxResponseBytes: 10_000,
    ...options,
  });

const failing = async (
  work: Promise<unknown>,
): Promise<{ failure: string; code: string; name: string; message: string }> => {
  const error = await work.then(
    () => {
      throw new Error('it did not fail');
    },
    (thrown: unknown) => thrown as ProviderError,
  );
  return {
    failure: error.failure,
    code: error.details?.code ?? '',
    name: error.name,
    message: error.message,
  };
};

describe('a call', () => {
  it('sends what it is given to the address of the name, and answers what came', async () => {
    const seen: unknown[] = [];
    const port = await http((request, response) => {
      request.setEncoding('utf8').on('data', (body: string) => {
        seen.push(request.method, request.url, request.headers.host, request.headers['x-a'], body);
        response.writeHead(202, { 'x-b': ['1', '2'] }).end('taken');
      });
    });
    const answer = await client().request(`http://receiver.test:${port}/a?b=c#d`, {
      method: 'POST',
      headers: { 'x-a': 'y' },
      body: '{"a":1}',
    });
    expect(seen).toEqual(['POST', '/a?b=c', `receiver.test:${port}`, 'y', '{"a":1}']);
    expect(answer).toMatchObject({ status: 202, address: '127.0.0.1', cut: false });
    expect(answer.headers['x-b']).toBe('1, 2');
    expect(answer.body.toString()).toBe('taken');
  });

  it('takes a proxy from nobody', async () => {
    process.env['HTTP_PROXY'] = process.env['http_proxy'] = 'http://127.0.0.1:9';
    try {
      const port = await http((_, response) => response.end('direct'));
      expect((await client().request(`http://receiver.test:${port}/`)).body.toString()).toBe('direct');
    } finally {
      delete process.env['HTTP_PROXY'];
      delete process.env['http_proxy'];
    }
  });

  it('answers a status that is no success as it is', async () => {
    const port = await http((_, response) => response.writeHead(503).end());
    expect((await client().request(`http://receiver.test:${port}/`)).status).toBe(503);
  });
});

describe('the guard', () => {
  it('refuses an address that is not public, before anything is sent', async () => {
    let connections = 0;
    const port = await listening(createServer().on('connection', () => (connections += 1)));
    const error = await failing(client({ allow: [] }).request(`http://receiver.test:${port}/`));
    expect(error).toMatchObject({ name: 'RefusedByGuard', failure: 'rejected', code: 'net.address_refused' });
    expect(connections).toBe(0);
  });

  it('refuses a name of which one address of several is private', async () => {
    const port = await http((_, response) => response.end());
    for (const addresses of [
      ['127.0.0.1', '10.0.0.1'],
      ['10.0.0.1', '127.0.0.1'],
      ['127.0.0.1', '::1'],
      ['127.0.0.1', '::ffff:10.0.0.1'],
    ]) {
      const guarded = client({ resolve: () => Promise.resolve(addresses) });
      expect((await failing(guarded.request(`http://receiver.test:${port}/`))).code).toBe(
        'net.address_refused',
      );
    }
  });

  it('resolves a name once a call, and connects to what it checked', async () => {
    const port = await http((_, response) => response.end('ours'));
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    const asked: string[] = [];
    const guarded = client({
      resolve: (host) => {
        asked.push(host);
        return Promise.resolve(answers[asked.length - 1] ?? []);
      },
    });
    expect((await guarded.request(`http://rebinding.test:${port}/`)).address).toBe('127.0.0.1');
    expect(asked).toEqual(['rebinding.test']);
    // And the second call is checked as the first: no connection of it is left to be used again.
    expect((await failing(guarded.request(`http://rebinding.test:${port}/`))).code).toBe(
      'net.address_refused',
    );
  });

  it.each([
    ['http://127.0.0.2:80/', 'net.host_refused'],
    ['http://user:pass@receiver.test/', 'net.credentials_refused'],
    ['ftp://receiver.test/', 'net.scheme_refused'],
    ['http://localhost/', 'net.host_refused'],
  ])('refuses %s without a look-up', async (url, code) => {
    const resolve = jest.fn();
    const error = await failing(client({ resolve }).request(url));
    expect(error).toMatchObject({ name: 'RefusedByGuard', code });
    expect(resolve).not.toHaveBeenCalled();
  });

  it('tries the next address when one does not answer', async () => {
    const port = await http((_, response) => response.end('second'));
    const guarded = client({
      allow: ['127.0.0.0/8'],
      resolve: () => Promise.resolve(['127.0.0.9', '127.0.0.1']),
    });
    expect((await guarded.request(`http://receiver.test:${port}/`)).address).toBe('127.0.0.1');
  });
});

describe('a redirect', () => {
  it('is the answer unless it is to be followed', async () => {
    const port = await http((_, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end());
    expect((await client().request(`http://receiver.test:${port}/`)).status).toBe(302);
    const posted = await client().request(`http://receiver.test:${port}/`, { method: 'POST', redirects: 3 });
    expect(posted.status).toBe(302);
  });

  it('is followed where it leads to what may be called; what is ours does not go along', async () => {
    const seen: unknown[] = [];
    const second = await http((request, response) => {
      seen.push(request.url, request.headers.authorization, request.headers['x-a']);
      response.end('here');
    });
    const first = await http((_, response) =>
      response.writeHead(307, { location: `http://other.test:${second}/b` }).end(),
    );
    const answer = await client().request(`http://receiver.test:${first}/a`, {
      redirects: 1,
      headers: { authorization: 'Bearer x', 'x-a': '1' },
    });
    expect(answer.body.toString()).toBe('here');
    expect(answer.url.host).toBe(`other.test:${second}`);
    expect(seen).toEqual(['/b', undefined, '1']);
  });

  it.each([
    ['http://10.0.0.1/', 'net.host_refused'],
    ['http://0x7f000002/', 'net.host_refused'],
    ['http://inside.test/', 'net.address_refused'],
    ['file:///etc/passwd', 'net.scheme_refused'],
    ['//user@receiver.test/', 'net.credentials_refused'],
    ['http://[', 'net.answer_invalid'],
  ])('to %s is refused', async (location, code) => {
    const port = await http((_, response) => response.writeHead(302, { location }).end());
    const guarded = client({
      resolve: (host) => Promise.resolve([host === 'inside.test' ? '192.168.0.1' : '127.0.0.1']),
    });
    expect((await failing(guarded.request(`http://receiver.test:${port}/`, { redirects: 5 }))).code).toBe(
      code,
    );
  });

  it('that never ends is given up', async () => {
    let hops = 0;
    const port = await http((_, response) => {
      hops += 1;
      response.writeHead(302, { location: '/' }).end();
    });
    const error = await failing(client().request(`http://receiver.test:${port}/`, { redirects: 3 }));
    expect(error.code).toBe('net.too_many_redirects');
    expect(hops).toBe(4);
  });
});

describe('limits', () => {
  it('refuses a body that is too large, or cuts it', async () => {
    const port = await http((_, response) => {
      response.write('x'.repeat(9_000));
      const more = () => response.write('x'.repeat(50_000), () => !response.destroyed && more());
      more();
    });
    const url = `http://receiver.test:${port}/`;
    expect(await failing(client().request(url))).toMatchObject({
      failure: 'rejected',
      code: 'net.answer_too_large',
    });
    const answer = await client().request(url, { oversize: 'cut', maxResponseBytes: 100 });
    expect(answer).toMatchObject({ status: 200, cut: true });
    expect(answer.body).toHaveLength(100);
  });

  it('ends a call whose answer trickles', async () => {
    const port = await http(async (_, response) => {
      while (!response.destroyed) {
        response.write('x');
        await pause(20);
      }
    });
    expect(
      await failing(client({ timeoutMs: 1_000 }).request(`http://receiver.test:${port}/`)),
    ).toMatchObject({
      failure: 'unknown-outcome',
      code: 'net.timeout',
    });
  });

  it('ends a call whose headers trickle', async () => {
    const port = await listening(
      createTcpServer((socket) => {
        const timer = setInterval(() => socket.write('HTTP/1.1 200 OK\r\nx: y\r\n'.charAt(0)), 20);
        socket.on('close', () => clearInterval(timer)).on('error', () => undefined);
      }),
    );
    expect(
      (await failing(client({ timeoutMs: 1_000 }).request(`http://receiver.test:${port}/`))).failure,
    ).toMatch(/unknown-outcome|rejected/);
  });

  it('ends a call that is never answered', async () => {
    const port = await http(() => undefined);
    expect((await failing(client({ timeoutMs: 1_000 }).request(`http://receiver.test:${port}/`))).code).toBe(
      'net.timeout',
    );
  });

  it('ends a call whose name server does not answer', async () => {
    const guarded = client({ timeoutMs: 100, resolve: () => new Promise(() => undefined) });
    expect(await failing(guarded.request('http://receiver.test/'))).toMatchObject({
      failure: 'transient',
      code: 'net.connect_timeout',
    });
  });

  it('ends a call whose TLS handshake does not end', async () => {
    const port = await listening(createTcpServer((socket) => socket.resume().on('error', () => undefined)));
    const guarded = client({ connectTimeoutMs: 200 });
    expect((await failing(guarded.request(`https://receiver.test:${port}/`))).failure).toBe('transient');
  });
});

describe('TLS', () => {
  it('proves the name that was called, by SNI, at the address that was checked', async () => {
    const port = await https((request, response) =>
      response.end((request.socket as unknown as { servername: string }).servername),
    );
    const answer = await client({ ca: CERT }).request(`https://receiver.test:${port}/`);
    expect(answer.body.toString()).toBe('receiver.test');
  });

  it('refuses a certificate of somebody else, or that nobody signed', async () => {
    const port = await https((_, response) => response.end());
    expect(await failing(client({ ca: CERT }).request(`https://other.test:${port}/`))).toMatchObject({
      failure: 'rejected',
      code: 'net.tls_failed',
    });
    expect((await failing(client().request(`https://receiver.test:${port}/`))).code).toBe('net.tls_failed');
  });

  it('refuses it whatever the environment says', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const port = await https((_, response) => response.end());
      expect((await failing(client().request(`https://receiver.test:${port}/`))).code).toBe('net.tls_failed');
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });
});

describe('failures', () => {
  it('tells a connection that was not made from one that was lost', async () => {
    const closed = await http(() => undefined);
    await new Promise((resolve) => open.splice(0)[0]?.close(resolve));
    expect(await failing(client().request(`http://receiver.test:${closed}/`))).toMatchObject({
      failure: 'transient',
      code: 'net.connect_failed',
    });
    const port = await http((request) => request.socket.destroy());
    expect(await failing(client().request(`http://receiver.test:${port}/`))).toMatchObject({
      failure: 'unknown-outcome',
      code: 'net.connection_lost',
    });
  });

  it('names a name that does not resolve, without the name', async () => {
    const resolve = () =>
      Promise.reject(Object.assign(new Error('queryA ENOTFOUND secret.test'), { code: 'ENOTFOUND' }));
    const error = await failing(client({ resolve }).request('http://secret.test/path?token=x'));
    expect(error).toMatchObject({ failure: 'transient', code: 'net.name_not_resolved' });
    expect(error.message).not.toMatch(/secret|token/);
  });

  it('refuses what is not HTTP', async () => {
    const port = await listening(
      createTcpServer((socket) =>
        socket
          .resume()
          .on('error', () => undefined)
          .write('SSH-2.0-OpenSSH_9.6\r\n'),
      ),
    );
    expect(await failing(client().request(`http://receiver.test:${port}/`))).toMatchObject({
      failure: 'rejected',
      code: 'net.answer_invalid',
    });
  });

  it('classifies statuses', () => {
    const now = new Date('2026-03-14T10:00:00Z');
    const of = (status: number) => failureOf({ status, headers: {} }, now)?.failure ?? null;
    expect([200, 204, 301, 400, 404, 408, 410, 425, 429, 500, 503].map(of)).toEqual([
      null,
      null,
      'rejected',
      'rejected',
      'rejected',
      'transient',
      'rejected',
      'transient',
      'rate-limited',
      'transient',
      'transient',
    ]);
    expect(failureOf({ status: 429, headers: { 'retry-after': '7' } }, now)?.details.retryAfterMs).toBe(
      7_000,
    );
  });

  it('reads Retry-After in both its forms', () => {
    const now = new Date('2026-03-14T10:00:00Z');
    expect(retryAfter('120', now)).toBe(120_000);
    expect(retryAfter('Sat, 14 Mar 2026 10:01:00 GMT', now)).toBe(60_000);
    expect(retryAfter('Sat, 14 Mar 2026 09:00:00 GMT', now)).toBe(0);
    for (const header of ['soon', '-1', '1e9', '', '99999999999', undefined])
      expect(retryAfter(header, now)).toBeNull();
  });
});
