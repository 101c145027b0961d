import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CreateTenantCommand } from '#contracts/tenancy';
import { ConfigModule, loadSettings } from '#libs/config';
import { PersonalDataModule } from '#libs/privacy';
import { EncryptionModule } from '#libs/encryption';
import { configureHttp, createHttpAdapter, HttpModule } from '#libs/http';
import { newId, runInContext } from '#libs/kernel';
import { Dispatcher, MessagingModule } from '#libs/messaging';
import { ObservabilityModule } from '#libs/observability';
import { PersistenceModule, UnitOfWork } from '#libs/persistence';
import { RedisModule } from '#libs/redis';
import { type Role, SecurityModule, TokenSigner } from '#libs/security';
import { createTestDatabase, flushTestRedis, testEngines } from '#libs/testing';
import { CalendarModule } from '../../src/calendar/calendar.module.js';
import { TenancyModule } from '../../src/tenancy/tenancy.module.js';
import { TestClock } from './access-app.js';
import { assertAnswers, checkAnswers } from './answer-check.js';

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  /** What the route answers; the test says which shape it expects. */
  body<T>(): T;
}

export interface Problem {
  code: string;
  detail: string;
  errors?: { pointer: string; detail: string }[];
  alternatives?: { startsAt: string; endsAt: string; staffIds: string[] }[];
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One business of the installation, spoken to through HTTP by somebody in a role, or inside by its units of work. */
export class Business {
  constructor(
    private readonly app: NestFastifyApplication,
    readonly tenantId: string,
  ) {}

  async call(
    method: Method,
    url: string,
    payload?: object,
    options: { role?: Role; headers?: object } = {},
  ): Promise<Answer> {
    const { accessToken } = this.app.get(TokenSigner, { strict: false }).sign({
      personId: this.tenantId,
      sessionId: this.tenantId,
      tenantId: this.tenantId,
      role: options.role ?? 'owner',
    });
    const answer = await this.app.inject({
      method,
      url: `/api/v1${url}`,
      headers: { authorization: `Bearer ${accessToken}`, ...options.headers },
      ...(payload === undefined ? {} : { payload }),
    });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: <T>() => JSON.parse(answer.body) as T,
    };
  }

  /** The body of an answer that must be a success. */
  async done<T>(method: Method, url: string, payload?: object): Promise<T> {
    const answer = await this.call(method, url, payload);
    if (answer.status >= 300)
      throw new Error(`${method} ${url} answered ${answer.status}: ${JSON.stringify(answer.body())}`);
    return answer.body<T>();
  }

  inside<T>(work: (dispatcher: Dispatcher) => Promise<T>): Promise<T> {
    const context = {
      tenantId: this.tenantId,
      traceId: 'test',
      actor: { kind: 'system', id: 'test' },
    } as const;
    return runInContext(context, () => work(this.app.get(Dispatcher, { strict: false })));
  }

  /** A transaction of this tenant, open as long as `work` takes. */
  transaction<T>(work: (query: UnitOfWork['query']) => Promise<T>): Promise<T> {
    const uow = this.app.get(UnitOfWork, { strict: false });
    return this.inside(() => uow.run(() => work(uow.query.bind(uow))));
  }

  sql<R>(text: string, parameters: unknown[] = []): Promise<R[]> {
    return this.transaction((query) => query<R>(text, parameters));
  }

  async eventTypes(): Promise<string[]> {
    const rows = await this.sql<{ type: string }>(
      'SELECT type FROM outbox_event WHERE tenant_id = $1 ORDER BY id',
      [this.tenantId],
    );
    return rows.map(({ type }) => type);
  }
}

export interface CalendarApp {
  readonly clock: TestClock;
  /** Sets up a business in Kyiv. */
  business(): Promise<Business>;
  close(): Promise<void>;
}

/** Friday noon in Kyiv; the tests book on Monday the 23rd. */
export const NOW = new Date('2026-11-20T10:00:00.000Z');

/** The calendar and what it needs, on a database made by the migrations; no worker runs. */
export const startCalendarApp = async (): Promise<CalendarApp> => {
  const database = await createTestDatabase();
  await flushTestRedis();
  const clock = new TestClock(NOW);
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
      CalendarModule,
    ],
  })
  class CalendarAppModule {}

  const app = await NestFactory.create<NestFastifyApplication>(
    CalendarAppModule,
    createHttpAdapter(settings),
    {
      rawBody: true,
      logger: false,
      abortOnError: false,
    },
  );
  await configureHttp(app);
  const answers = checkAnswers(app);
  await app.init();

  let businesses = 0;
  return {
    clock,
    business: async () => {
      businesses += 1;
      const business = new Business(app, newId());
      await business.inside((dispatcher) =>
        dispatcher.request(
          new CreateTenantCommand({
            slug: `salon-${businesses}`,
            name: `Salon ${businesses}`,
            timeZone: 'Europe/Kyiv',
            country: 'UA',
            currency: 'UAH',
            language: 'uk',
            owner: {
              email: `owner@salon-${businesses}.example`,
              name: 'Olena',
              password: 'correct horse battery',
            },
          }),
        ),
      );
      return business;
    },
    close: async () => {
      await app.close();
      await database.drop();
      assertAnswers(answers);
    },
  };
};

export interface Salon {
  readonly serviceId: string;
  readonly staffIds: string[];
}

/** A haircut of 60 minutes and the people who do it, every day from 9 to 18. */
export const furnish = async (
  business: Business,
  names: readonly string[] = ['Olena'],
  service: object = {},
): Promise<Salon> => {
  const { id: serviceId } = await business.done<{ id: string }>('POST', '/services', {
    name: 'Haircut',
    durationMinutes: 60,
    price: { amount: 45_000, currency: 'UAH' },
    ...service,
  });
  const staffIds: string[] = [];
  for (const name of names) {
    const { id } = await business.done<{ id: string }>('POST', '/staff', { name, serviceIds: [serviceId] });
    await business.done('PUT', `/staff/${id}/working-hours`, {
      days: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
        weekday,
        intervals: [{ from: '09:00', to: '18:00' }],
      })),
    });
    staffIds.push(id);
  }
  return { serviceId, staffIds };
};
