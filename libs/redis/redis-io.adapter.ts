import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { createAdapter } from '@socket.io/redis-adapter';
import type { Redis } from 'ioredis';
import type { Server, ServerOptions } from 'socket.io';
import { createRedis } from './redis.module.js';

const QUIT_LIMIT_MS = 1_000;

/**
 * The adapter of Socket.IO subscribes and unsubscribes without waiting for the answers: one that never comes, because
 * Redis is away or we are closing, must not count as an unhandled rejection and end the process.
 */
const withoutRejections = (connection: Redis): Redis => {
  const send = connection.sendCommand.bind(connection);
  connection.sendCommand = (...args) => {
    const answer = send(...args);
    if (answer instanceof Promise) answer.catch(() => undefined);
    return answer;
  };
  return connection;
};

/** Lets what was asked be answered, for a moment; then the connection goes, answered or not. */
const quit = async (connection: Redis): Promise<void> => {
  const limit = setTimeout(() => connection.disconnect(), QUIT_LIMIT_MS);
  await connection.quit().catch(() => undefined);
  clearTimeout(limit);
  connection.disconnect();
};

/** Socket.IO over Redis: what any process emits reaches the sockets of all of them. */
export class RedisIoAdapter extends IoAdapter {
  private readonly connections: Redis[];

  constructor(app: INestApplicationContext, redisUrl: string) {
    super(app);
    this.connections = [createRedis(redisUrl), createRedis(redisUrl)].map(withoutRejections);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const server = super.createIOServer(port, options) as Server;
    const [publisher, subscriber] = this.connections;
    server.adapter(createAdapter(publisher, subscriber));
    return server;
  }

  override async dispose(): Promise<void> {
    await super.dispose();
    await Promise.all(this.connections.map(quit));
  }
}
