import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MIGRATIONS } from '#migrations';
import type { Settings } from '#libs/config';
import { configureHttp, createHttpAdapter } from '#libs/http';
import { Logger } from '#libs/observability';
import { migrate } from '#libs/persistence';
import { RedisIoAdapter } from '#libs/redis';
import { AppModule, type AppOptions } from './app.module.js';

/** Makes the application on engines that answer already; it does not listen yet. */
export const createApp = async (settings: Settings, options: AppOptions): Promise<NestFastifyApplication> => {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(settings, options),
    createHttpAdapter(settings),
    { rawBody: true, bufferLogs: true, abortOnError: false },
  );
  app.useLogger(app.get(Logger));
  app.useWebSocketAdapter(new RedisIoAdapter(app, settings.redis.url ?? ''));
  await configureHttp(app);
  return app;
};

export const migrateDatabase = (settings: Settings): Promise<string[]> =>
  migrate(settings.database.url ?? '', MIGRATIONS);
