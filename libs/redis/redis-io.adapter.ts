import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { createAdapter } from '@socket.io/redis-adapter';
import type { Redis } from 'ioredis';
import type { Server, ServerOptions } from 'socket.io';
import { createRedis } from './redis.module.js';

/** Socket.IO over Redis: what any process emits reaches the sockets of all of them. */
export class RedisIoAdapter extends IoAdapter {
  private readonly connections: Redis[];

  constructor(app: INestApplicationContext, redisUrl: string) {
    super(app);
    this.connections = [createRedis(redisUrl), createRedis(redisUrl)];
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const server = super.createIOServer(port, options) as Server;
    const [publisher, subscriber] = this.connections;
    server.adapter(createAdapter(publisher, subscriber));
    return server;
  }

  override async dispose(): Promise<void> {
    await Promise.all(this.connections.map(closeBehind));
    await super.dispose();
  }
}

/** After what is on its way: Socket.IO takes its leave of the channels without waiting for the answers. */
const closeBehind = async (connection: Redis): Promise<void> => {
  if (connection.status === 'ready') await connection.quit().catch(() => undefined);
  connection.disconnect();
};
