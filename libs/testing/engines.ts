export interface TestEngines {
  readonly kind: 'real' | 'embedded';
  /** The maintenance database on real PostgreSQL, the only one on PGlite. */
  readonly databaseUrl: string;
  /** A Redis database of this worker's own. Pub/sub crosses Redis databases. */
  readonly redisUrl: string;
  readonly runId: string;
  readonly worker: number;
  /** For `startEmbedded({ entry })` in specs, which run on sources. */
  readonly embeddedEntry: string;
  /** The compiled worker of the matcher, for the same reason. */
  readonly screeningWorker: string;
}

const REDIS_DATABASES = 16;

/** What `global-setup.mjs` prepared. The projects e2e, concurrency and fault have it. */
export const testEngines = (): TestEngines => {
  const worker = Number(process.env.JEST_WORKER_ID ?? '1');
  const redis = new URL(required('TEST_REDIS_URL'));
  redis.pathname = `/${worker % REDIS_DATABASES}`;
  return {
    kind: required('TEST_ENGINES') === 'real' ? 'real' : 'embedded',
    databaseUrl: required('TEST_DATABASE_URL'),
    redisUrl: redis.href,
    runId: required('TEST_RUN_ID'),
    worker,
    embeddedEntry: required('TEST_EMBEDDED_ENTRY'),
    screeningWorker: required('TEST_SCREENING_WORKER'),
  };
};

const required = (name: string): string => {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is missing: does the spec lie in test/e2e, test/concurrency or test/fault?`);
  return value;
};
