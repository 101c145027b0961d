import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiledEntry } from './compiled-entry.mjs';
import { dropTestDatabases } from './leftovers.mjs';

const STALE_MS = 3 * 3600 * 1000;

/**
 * Engines for the suites that need them, once for a whole run of Jest: those that TEST_DATABASE_URL and TEST_REDIS_URL
 * name, or embedded ones in memory. Workers learn of them through the environment.
 *
 * Jest calls this once for each project that names it.
 */
export default async () => {
  if (globalThis.frontdeskEngines) return;
  const { TEST_DATABASE_URL: database, TEST_REDIS_URL: redis } = process.env;
  if (Boolean(database) !== Boolean(redis)) {
    throw new Error('Set both TEST_DATABASE_URL and TEST_REDIS_URL, or neither to test on embedded engines.');
  }
  const entry = compiledEntry('embedded', 'engines.process');
  const environment = {
    TZ: 'UTC',
    TEST_EMBEDDED_ENTRY: entry,
    TEST_SCREENING_WORKER: compiledEntry('screening', 'worker'),
    // Its beginning tells the age of what a run that was killed has left behind.
    TEST_RUN_ID: `${Date.now().toString(36)}_${process.pid}`,
  };
  globalThis.frontdeskEngines = database
    ? await realEngines(database, environment)
    : await embeddedEngines(entry, environment);
  Object.assign(process.env, environment);
};

const realEngines = async (database, environment) => {
  environment.TEST_ENGINES = 'real';
  await dropTestDatabases(database, (startedAt) => Date.now() - startedAt > STALE_MS);
  return {
    stop: () => dropTestDatabases(database, (_, runId) => runId === environment.TEST_RUN_ID),
    forget: Object.keys(environment),
  };
};

const embeddedEngines = async (entry, environment) => {
  // Node's own loader, not Jest's: the engines are ESM.
  const { startEmbedded } = await import(pathToFileURL(join(dirname(entry), 'start-embedded.js')).href);
  const engines = await startEmbedded({
    dataDir: '',
    memory: true,
    onLost: (reason) => console.error(reason),
  });
  environment.TEST_ENGINES = 'embedded';
  environment.TEST_DATABASE_URL = engines.databaseUrl;
  environment.TEST_REDIS_URL = engines.redisUrl;
  return { stop: () => engines.stop(), forget: Object.keys(environment) };
};
