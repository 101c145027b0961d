import { lockDataDir } from './data-lock.js';
import { STOP, type EngineOptions, type EngineReport } from './engines.messages.js';
import { startPostgres } from './postgres-engine.js';
import { startRedis } from './redis-engine.js';

/** The process that `startEmbedded` forks. It imports nothing of the application, to be small and quick to start. */
const options = JSON.parse(process.argv[2] ?? '') as EngineOptions;
const SHUTDOWN_LIMIT_MS = 6_000;

const tell = (report: EngineReport): Promise<void> =>
  new Promise((done) => {
    if (!process.connected) return done();
    process.send?.(report, undefined, undefined, () => done());
  });

const fail = async (error: unknown): Promise<never> => {
  console.error(error);
  await tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  lock?.release();
  process.exit(1);
};

let lock: { release(): void } | undefined;
let closing = false;

const start = async () => {
  if (options.dataDir !== null) lock = lockDataDir(options.dataDir);
  const redis = startRedis(options.redisPort);
  // Not left unhandled while PostgreSQL starts; it is awaited below.
  redis.catch(() => undefined);
  const postgres = await startPostgres(options.dataDir, options.postgresPort, (error) => void fail(error));
  return { postgres, redis: await redis };
};

const shutdown = async (): Promise<void> => {
  if (closing) return;
  closing = true;
  setTimeout(() => process.exit(1), SHUTDOWN_LIMIT_MS).unref();
  // A start that is under way ends first: stopping PostgreSQL in the middle of making its files would damage them.
  const engines = await started.catch(() => undefined);
  await Promise.allSettled([engines?.redis.stop(), engines?.postgres.stop()]);
  lock?.release();
  process.exit(0);
};

// Ctrl-C is for the application, which then asks us to stop.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
process.on('SIGTERM', () => void shutdown());
process.on('message', (message) => message === STOP && void shutdown());
process.on('disconnect', () => void shutdown());

const started = start();
started.then(
  ({ postgres, redis }) => tell({ type: 'ready', postgresPort: postgres.port, redisPort: redis.port }),
  fail,
);
