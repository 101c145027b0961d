import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Redis } from 'ioredis';
import { createRedis } from './redis.module.js';

/** What a connection, the first is 1, is told at each of its commands; null: nothing. */
type Told = (connection: number, command: string) => string | null;

const sockets = new Set<Socket>();
let server: Server;
let redis: Redis;
let connections = 0;

/** A server that speaks RESP as far as it must, and is told what to say. */
const serve = async (told: Told): Promise<string> => {
  connections = 0;
  server = createServer((socket) => {
    connections += 1;
    const connection = connections;
    sockets.add(socket.on('error', () => undefined));
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const command of text.split(/^\*\d+\r\n/m).filter(Boolean)) {
        const answer = /SETINFO/i.test(command) ? '+OK' : told(connection, command);
        if (answer === 'hang up') socket.destroy();
        else if (answer !== null) socket.write(`${answer}\r\n`);
      }
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

afterEach(async () => {
  redis.disconnect();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((closed) => server.close(closed));
});

it('gives a connection up that has gone silent, also one that took the place of another', async () => {
  const url = await serve((connection) => (connection === 1 ? 'hang up' : connection < 4 ? null : '+PONG'));
  redis = createRedis(url, { silenceMs: 100 });
  await expect(redis.ping()).resolves.toBe('PONG');
});

it.each([
  'LOADING Redis is loading the dataset in memory',
  "READONLY You can't write against a read only replica.",
])('leaves a server that says %s, and sends it its scripts anew', async (answer) => {
  const scripts: string[] = [];
  const url = await serve((connection, command) => {
    scripts.push(`${connection} ${/EVALSHA|EVAL/i.exec(command)?.[0].toLowerCase()}`);
    return connection === 1 ? `-${answer}` : ':7';
  });
  redis = createRedis(url);
  redis.defineCommand('seven', { lua: 'return 7', numberOfKeys: 0 });
  const seven = () => (redis as unknown as { seven(): Promise<number> }).seven();
  await expect(seven()).rejects.toThrow(answer);
  await expect(seven()).resolves.toBe(7);
  await expect(seven()).resolves.toBe(7);
  expect(scripts).toEqual(['1 eval', '2 eval', '2 evalsha']);
});
