import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { newId } from '#libs/kernel';
import { createTestDatabase, flushTestRedis, testEngines, type TestDatabase } from '#libs/testing';
import { APP_SECRET, GRAPH_TOKEN, VERIFY_TOKEN } from './app.js';
import { CliProcess, ensureBuilt } from './cli.js';
import { eventually } from './eventually.js';
import { FakeGraphApi, postSigned } from './fake-graph-api.js';
import { FakeOpenAi } from './fake-openai.js';
import { freePort } from './free-port.js';

const run = promisify(execFile);
const ROOT = process.cwd();
/** Loading the application takes a second or two on an idle machine, and more where the cores are shared. */
const START_LIMIT_MS = 120_000;
/** A process whose cores are taken answers late, and answers. */
const ANSWER_LIMIT_MS = 15_000;
const KEPT_OUTPUT = 400;

/** Everything that makes recovery slow in production, made quick; what a deployment may set itself. */
const QUICK_RECOVERY = {
  RELAY_POLL_MS: '100',
  RELAY_LEASE_MS: '2000',
  SWEEP_EVERY_MS: '300',
  SWEEP_AFTER_MS: '1500',
  STALLED_EVERY_MS: '500',
  JOB_LOCK_MS: '2000',
  TURN_QUIET_MS: '50',
  TURN_MAX_WAIT_MS: '400',
  AI_BACKOFF_MS: '20',
  SEND_BACKOFF_MS: '50',
  SEND_UNKNOWN_OUTCOME_WAIT_MS: '6000',
} as const;

export type Role = 'api' | 'worker';

/** One process of the application: compiled, started as production starts it, and killed as nothing should be. */
export class AppProcess {
  private readonly lines: string[] = [];
  private readonly ended: Promise<{ code: number | null; signal: string | null }>;
  private exit: { code: number | null; signal: string | null } | null = null;
  private meantToEnd = false;

  private constructor(
    readonly role: Role,
    readonly url: string,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.lines.push(...text.split('\n').filter((line) => line.trim() !== ''));
        this.lines.splice(0, Math.max(0, this.lines.length - KEPT_OUTPUT));
      });
    this.ended = new Promise((resolve) =>
      child.once('exit', (code, signal) => {
        this.exit = { code, signal };
        resolve(this.exit);
      }),
    );
  }

  /** Resolves once the process says that it can take traffic. */
  static async start(
    role: Role,
    folder: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<AppProcess> {
    const port = await freePort();
    const child = spawn(process.execPath, ['--unhandled-rejections=strict', join(ROOT, 'dist/src/main.js')], {
      // Not the repository: a developer's .env must not reach it.
      cwd: folder,
      env: { PATH: process.env.PATH, TZ: 'UTC', ROLE: role, PORT: String(port), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started = new AppProcess(role, `http://127.0.0.1:${port}`, child);
    await eventually(
      `the ${role} is ready`,
      async () => {
        if (started.exit) throw new Error(`the ${role} ended while it started:\n${started.output}`);
        return (await started.status('/ready')) === 200;
      },
      START_LIMIT_MS,
    );
    return started;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get alive(): boolean {
    return this.exit === null;
  }

  get output(): string {
    return this.lines.join('\n');
  }

  /** Its end was not asked for: a crash. */
  get crashed(): boolean {
    return this.exit !== null && !this.meantToEnd;
  }

  /** Status code of a GET; 0 when nobody answers for long. */
  status(path: string): Promise<number> {
    return fetch(this.url + path, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) }).then(
      async (answer) => {
        await answer.text();
        return answer.status;
      },
      () => 0,
    );
  }

  /** As the kernel's out-of-memory killer does it: nothing of the process runs any more. */
  async kill(): Promise<void> {
    this.meantToEnd = true;
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** As an orchestrator does it. Answers the exit code and how long it took. */
  async terminate(): Promise<{ code: number | null; tookMs: number }> {
    this.meantToEnd = true;
    const startedAt = performance.now();
    this.child.kill('SIGTERM');
    const { code } = await this.ended;
    return { code, tookMs: performance.now() - startedAt };
  }

  /** Stops the whole process in its tracks, as a long pause of the machine would, while `work` runs. */
  async frozenWhile(work: () => Promise<unknown>): Promise<void> {
    this.child.kill('SIGSTOP');
    try {
      await work();
    } finally {
      this.child.kill('SIGCONT');
    }
  }
}

export interface InstallationOptions {
  readonly workers?: number;
  /** Further settings of every process. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * An installation of separate processes on engines of its own: one API, workers, and the two providers as fakes in this
 * process. The business is the demo salon, seeded by the API at its first start.
 */
export class Installation {
  readonly workers: AppProcess[] = [];
  api!: AppProcess;
  /** All that were ever started. */
  private readonly everyone: AppProcess[] = [];
  readonly redis = new Redis(testEngines().redisUrl, { maxRetriesPerRequest: null });
  readonly phoneNumberId = '106540352242922';

  private constructor(
    readonly graph: FakeGraphApi,
    readonly openai: FakeOpenAi,
    private readonly database: TestDatabase,
    private readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {
    this.redis.on('error', () => undefined);
  }

  static async start({ workers = 1, env = {} }: InstallationOptions = {}): Promise<Installation> {
    await ensureBuilt();
    const database = await createTestDatabase();
    await flushTestRedis();
    const graph = await FakeGraphApi.start({ accessToken: GRAPH_TOKEN });
    const openai = await FakeOpenAi.start();
    const folder = mkdtempSync(join(tmpdir(), 'frontdesk-fault-'));
    const installation = new Installation(graph, openai, database, folder, {
      NODE_ENV: 'test',
      DATA_DIR: folder,
      LOG_LEVEL: 'warn',
      THROTTLE_ADDRESS_BURST: '0',
      THROTTLE_USER_BURST: '0',
      THROTTLE_KEY_BURST: '0',
      THROTTLE_TENANT_BURST: '0',
      LOG_DESTINATION: 'stdout',
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: '10',
      MIGRATE_ON_START: 'false',
      REDIS_URL: testEngines().redisUrl,
      REDIS_PREFIX: `fault-${newId()}`,
      JWT_SECRET: 'test-jwt-secret-0123456789abcdef0123456789abcdef',
      SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      SIGNING_KEY: Buffer.alloc(32, 8).toString('base64'),
      AUDIT_KEY: Buffer.alloc(32, 9).toString('base64'),
      META_APP_SECRET: APP_SECRET,
      META_VERIFY_TOKEN: VERIFY_TOKEN,
      META_GRAPH_URL: graph.url,
      META_ACCESS_TOKEN: GRAPH_TOKEN,
      OPENAI_API_KEY: 'test-key',
      OPENAI_BASE_URL: openai.url,
      DEMO_SEED: 'false',
      ...QUICK_RECOVERY,
      ...env,
    });
    try {
      await installation.startApi({ DEMO_SEED: 'true' });
      await Promise.all(Array.from({ length: workers }, () => installation.startWorker()));
    } catch (error) {
      await installation.stop();
      throw error;
    }
    return installation;
  }

  async startApi(env: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
    this.api = await this.launch('api', env);
    return this.api;
  }

  async startWorker(env: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
    const worker = await this.launch('worker', env);
    this.workers.push(worker);
    return worker;
  }

  /** Starts the CLI beside the processes. */
  cli(args: readonly string[], env: Readonly<Record<string, string>> = {}): CliProcess {
    return CliProcess.start(args, { ...this.environment, ...env });
  }

  /** Takes a worker out of the list; it is the caller's to end. */
  takeWorker(index = 0): AppProcess {
    const [worker] = this.workers.splice(index, 1);
    if (!worker) throw new Error('no worker is left');
    return worker;
  }

  /** Posts a customer's text as Meta does; answers the status code, 0 when nobody answered. */
  whatsapp(from: string, text: string, wamid = `wamid.${newId()}`): Promise<number> {
    return this.webhook({
      contacts: [{ profile: { name: 'Sheena Nelson' }, wa_id: from }],
      messages: [
        { from, id: wamid, timestamp: String(seconds(Date.now())), type: 'text', text: { body: text } },
      ],
    });
  }

  /** Posts what became of a message that the fake has taken. */
  deliveryStatus(
    message: { id: string; to: string; at: number },
    status: 'sent' | 'delivered',
  ): Promise<number> {
    const { id, to, at } = message;
    return this.webhook({
      statuses: [{ id, status, timestamp: String(seconds(at)), recipient_id: to }],
    });
  }

  /** Where the API takes webhooks; it moves when the API is started again. */
  get webhookUrl(): string {
    return `${this.api.url}/webhooks/meta/whatsapp`;
  }

  private webhook(value: object): Promise<number> {
    const metadata = { display_phone_number: '15550783881', phone_number_id: this.phoneNumberId };
    const change = { value: { messaging_product: 'whatsapp', metadata, ...value }, field: 'messages' };
    const body = {
      object: 'whatsapp_business_account',
      entry: [{ id: '419561257915477', changes: [change] }],
    };
    return postSigned(this.webhookUrl, APP_SECRET, body).catch(() => 0);
  }

  /** Where Bull keeps a job. */
  jobKey(queue: string, jobId: string): string {
    return `${this.environment.REDIS_PREFIX}:bull:${queue}:${jobId}`;
  }

  /** A superuser's connection, which sees all tenants; the caller ends it. */
  async connect(): Promise<Client> {
    const client = new Client({ connectionString: this.database.url });
    // The engine may be killed at any time; the query itself rejects then.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** SQL as a superuser, on a connection of its own. */
  async sql<R extends object>(text: string, parameters: unknown[] = []): Promise<R[]> {
    const client = await this.connect();
    try {
      return (await client.query<R>(text, parameters)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Processes that ended by themselves, with what they said last. */
  crashes(): string[] {
    return this.everyone
      .filter(({ crashed }) => crashed)
      .map(({ role, output }) => `a ${role} crashed:\n${output.split('\n').slice(-40).join('\n')}`);
  }

  /** What the processes said that contains `text`. */
  said(text: string): string[] {
    return this.everyone.flatMap(({ output }) => output.split('\n').filter((line) => line.includes(text)));
  }

  async stop(): Promise<void> {
    await Promise.all(this.everyone.filter(({ alive }) => alive).map((each) => each.kill()));
    this.redis.disconnect();
    await Promise.all([this.graph.stop(), this.openai.stop()]);
    await this.database.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async launch(role: Role, env: Readonly<Record<string, string>>): Promise<AppProcess> {
    const started = await AppProcess.start(role, this.folder, { ...this.environment, ...env });
    this.everyone.push(started);
    return started;
  }
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

export type Engine = 'postgres' | 'valkey';

/** The engines themselves under fault, by the tool whose path REAL_SERVICES names. */
export class Engines {
  /** Null where there is no such tool: then nothing here may kill an engine. */
  static readonly tool = process.env.REAL_SERVICES;

  /** kill -9 of the server. */
  static async crash(engine: Engine): Promise<void> {
    await Engines.call('crash', engine);
  }

  /** Starts whatever is down, and waits until it answers. */
  static async start(): Promise<void> {
    // Children of a killed postmaster take a moment to notice; until then it cannot start.
    await eventually(
      'the engines are up',
      () =>
        Engines.call('start').then(
          () => true,
          () => false,
        ),
      30_000,
    );
  }

  private static async call(...args: string[]): Promise<void> {
    await run(Engines.tool ?? '', args);
  }
}

/** Waits within a fault: how long an outage lasts is part of the scenario. */
export const lasting = (ms: number): Promise<void> => pause(ms);

/**
 * A suite of faults. It needs real engines, and some of it leave to kill them: without, one skipped test says so.
 */
export const faultSuite = (title: string, needs: 'engines' | 'tool', tests: () => void): void => {
  const missing =
    testEngines().kind !== 'real'
      ? 'TEST_DATABASE_URL and TEST_REDIS_URL (real engines)'
      : needs === 'tool' && !Engines.tool
        ? 'REAL_SERVICES (path of the tool that may kill the engines)'
        : null;
  if (missing) describe(title, () => it.skip(`needs ${missing}`, () => undefined));
  else describe(title, tests);
};
