import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '#app/bootstrap';
import { loadSettings, type Settings } from '#libs/config';
import { type Clock, newId, runInContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { createTestDatabase, flushTestRedis, testEngines } from '#libs/testing';
import { assertAnswers, checkAnswers } from './answer-check.js';
import { FakeGraphApi } from './fake-graph-api.js';
import { FakeOpenAi } from './fake-openai.js';
import { APP_SECRET, GRAPH_TOKEN, VERIFY_TOKEN } from './secrets.js';
import { TestTenant } from './tenant.js';

export { APP_SECRET, GRAPH_TOKEN, VERIFY_TOKEN };

export interface TestAppOptions {
  /** `scripted`: the fake OpenAI server; `offline` (default): the rule-based model. */
  readonly model?: 'offline' | 'scripted';
  readonly clock?: Clock;
  /** Further settings, by the name of their environment variable. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The whole application on the test engines; only Meta and OpenAI are faked, by real servers on loopback. */
export class TestApp {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    readonly settings: Settings,
    readonly graph: FakeGraphApi,
    readonly openai: FakeOpenAi,
    private readonly dropDatabase: () => Promise<void>,
    /** What answers had that the API document does not describe; `stop()` fails on any. */
    readonly answers: ReturnType<typeof checkAnswers>,
  ) {}

  static async start(options: TestAppOptions = {}): Promise<TestApp> {
    const database = await createTestDatabase();
    await flushTestRedis();
    const graph = await FakeGraphApi.start({ accessToken: GRAPH_TOKEN });
    const openai = await FakeOpenAi.start();
    const settings = loadSettings({
      NODE_ENV: 'test',
      // Of its own: files of another installation that runs beside it are not its to clear away.
      DATA_DIR: await mkdtemp(join(tmpdir(), 'frontdesk-test-')),
      PORT: '0',
      LOG_LEVEL: 'silent',
      LOG_DESTINATION: 'stdout',
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: '8',
      REDIS_URL: testEngines().redisUrl,
      REDIS_PREFIX: `test-${newId()}`,
      // What is counted in Redis is exact: also when all the machine's cores are taken.
      REDIS_PATIENCE_MS: '20000',
      JWT_SECRET: 'test-jwt-secret-0123456789abcdef0123456789abcdef',
      SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      SIGNING_KEY: Buffer.alloc(32, 8).toString('base64'),
      AUDIT_KEY: Buffer.alloc(32, 9).toString('base64'),
      META_APP_SECRET: APP_SECRET,
      META_VERIFY_TOKEN: VERIFY_TOKEN,
      META_GRAPH_URL: graph.url,
      META_ACCESS_TOKEN: GRAPH_TOKEN,
      ...(options.model === 'scripted' ? { OPENAI_API_KEY: 'test-key', OPENAI_BASE_URL: openai.url } : {}),
      AI_BACKOFF_MS: '5',
      SEND_BACKOFF_MS: '20',
      TURN_QUIET_MS: '50',
      TURN_MAX_WAIT_MS: '400',
      RELAY_POLL_MS: '100',
      DEMO_SEED: 'false',
      VIES_ENABLED: 'false',
      GLEIF_ENABLED: 'false',
      INSOLVENCY_ENABLED: 'false',
      KYB_WORKER_FILE: testEngines().screeningWorker,
      LOGIN_ATTEMPTS_PER_MINUTE: '1000',
      THROTTLE_ADDRESS_BURST: '0',
      THROTTLE_USER_BURST: '0',
      THROTTLE_KEY_BURST: '0',
      THROTTLE_TENANT_BURST: '0',
      ...options.env,
    });
    const app = await createApp(settings, {
      embedded: false,
      ...(options.clock ? { clock: options.clock } : {}),
    });
    const answers = checkAnswers(app);
    await app.listen(0, '127.0.0.1');
    return new TestApp(app, await app.getUrl(), settings, graph, openai, database.drop, answers);
  }

  /** A business of its own with an owner, the demo's kind of calendar, and a WhatsApp number. */
  createTenant(options: Parameters<typeof TestTenant.create>[1] = {}): Promise<TestTenant> {
    return TestTenant.create(this, options);
  }

  /** Runs `work` as the system, for a tenant: for what a test must see or do below HTTP. */
  as<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    return runInContext({ tenantId, actor: { kind: 'system', id: 'test' }, traceId: newId() }, work);
  }

  get dispatcher(): Dispatcher {
    return this.app.get(Dispatcher);
  }

  /** SQL in the tenant's own unit of work, row level security included. */
  query<R = Record<string, unknown>>(
    tenantId: string,
    sql: string,
    parameters: unknown[] = [],
  ): Promise<R[]> {
    const uow = this.app.get(UnitOfWork);
    return this.as(tenantId, () => uow.run(() => uow.query<R>(sql, parameters)));
  }

  async stop(): Promise<void> {
    await this.app.close();
    await Promise.all([this.graph.stop(), this.openai.stop()]);
    await this.dropDatabase();
    await rm(this.settings.process.dataDir, { recursive: true, force: true });
    assertAnswers(this.answers);
  }
}
