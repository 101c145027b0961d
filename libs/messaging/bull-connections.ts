import { Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { createRedis } from '#libs/redis';

/** The connections made for Bull, which closes only those that it made itself. */
@Injectable()
export class BullConnections implements OnApplicationShutdown {
  private readonly connections: Redis[] = [];

  open(url: string): Redis {
    const connection = createRedis(url);
    this.connections.push(connection);
    return connection;
  }

  onApplicationShutdown(): void {
    for (const connection of this.connections) connection.disconnect();
  }
}

@Module({ providers: [BullConnections], exports: [BullConnections] })
export class BullConnectionsModule {}
