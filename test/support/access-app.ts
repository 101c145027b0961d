import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AddMemberCommand, CreateTenantCommand } from '#contracts/tenancy';
import { ConfigModule, loadSettings } from '#libs/config';
import { PersonalDataModule } from '#libs/privacy';
import { EncryptionModule } from '#libs/encryption';
import { configureHttp, createHttpAdapter, HttpModule } from '#libs/http';
import { Clock, newId, runInContext } from '#libs/kernel';
import { Dispatcher, MessagingModule } from '#libs/messaging';
import { ObservabilityModule } from '#libs/observability';
import { PersistenceModule } from '#libs/persistence';
import { RedisModule } from '#libs/redis';
import { SecurityModule } from '#libs/security';
import { createTestDatabase, flushTestRedis, testEngines, type TestDatabase } from '#libs/testing';
import { TenancyModule } from '../../src/tenancy/tenancy.module.js';
import { assertAnswers, checkAnswers } from './answer-check.js';

/** Starts at a fixed instant; tests move it. */
export class TestClock extends Clock {
  constructor(public at = new Date('2026-03-14T10:00:00.000Z')) {
    super();
  }
  now(): Date {
    return this.at;
  }
  pass(ms: number): void {
    this.at = new Date(this.at.getTime() + ms);
  }
}

export interface AccessApp {
  readonly app: NestFastifyApplication;
  readonly clock: TestClock;
  readonly database: TestDatabase;
  close(): Promise<void>;
}

/** HTTP, security and tenancy on real engines, with the given controllers beside them; no other context. */
export const startAccessApp = async (
  controllers: Type<unknown>[] = [],
  environment: Record<string, string> = {},
): Promise<AccessApp> => {
  const database = await createTestDatabase();
  await flushTestRedis();
  const clock = new TestClock();
  const settings = loadSettings({
    ROLE: 'api',
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    REDIS_URL: testEngines().redisUrl,
    JWT_SECRET: 'a secret of at least thirty-two characters',
    SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    SIGNING_KEY: Buffer.alloc(32, 8).toString('base64'),
    AUDIT_KEY: Buffer.alloc(32, 9).toString('base64'),
    LOG_LEVEL: 'silent',
    REDIS_PATIENCE_MS: '20000',
    ...environment,
  });

  @Module({
    imports: [
      ConfigModule.forRoot(settings, clock),
      PersistenceModule.forRoot([]),
      RedisModule,
      SecurityModule,
      PersonalDataModule,
      EncryptionModule,
      ObservabilityModule.forRoot({ embedded: false }),
      HttpModule,
      MessagingModule,
      TenancyModule,
    ],
    controllers,
  })
  class AccessModule {}

  const app = await NestFactory.create<NestFastifyApplication>(AccessModule, createHttpAdapter(settings), {
    rawBody: true,
    logger: false,
    abortOnError: false,
  });
  await configureHttp(app);
  const answers = checkAnswers(app);
  await app.init();
  return {
    app,
    clock,
    database,
    close: async () => {
      await app.close();
      await database.drop();
      assertAnswers(answers);
    },
  };
};

export const PASSWORD = 'correct horse battery';

/** A business with an owner; further members by role. */
export const createBusiness = async (
  { app }: AccessApp,
  slug: string,
  roles: readonly ('admin' | 'agent' | 'auditor')[] = [],
): Promise<{ tenantId: string; ownerEmail: string }> => {
  const dispatcher = app.get(Dispatcher, { strict: false });
  const tenantId = newId();
  await runInContext({ tenantId, traceId: 'test', actor: { kind: 'system', id: 'test' } }, async () => {
    await dispatcher.request(
      new CreateTenantCommand({
        slug,
        name: `Business ${slug}`,
        timeZone: 'Europe/Kyiv',
        country: 'UA',
        currency: 'UAH',
        language: 'uk',
        owner: { email: `owner@${slug}.example`, name: 'Olena', password: PASSWORD },
      }),
    );
    for (const role of roles)
      await dispatcher.request(
        new AddMemberCommand({ email: `${role}@${slug}.example`, name: role, password: PASSWORD, role }),
      );
  });
  return { tenantId, ownerEmail: `owner@${slug}.example` };
};

export interface Tokens {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

export const logIn = async ({ app }: AccessApp, email: string, password = PASSWORD): Promise<Tokens> => {
  const answer = await app.inject({
    method: 'POST',
    url: '/api/v1/auth/login',
    payload: { email, password },
  });
  if (answer.statusCode !== 200) throw new Error(`login answered ${answer.statusCode}: ${answer.body}`);
  return answer.json();
};

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
