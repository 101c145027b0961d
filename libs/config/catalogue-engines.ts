import { flag, integer, optionalUrl, text } from './setting.js';

/** The two engines; embedded ones where there is no URL. */
export const DATABASE = {
  url: [
    'DATABASE_URL',
    optionalUrl(['postgres:', 'postgresql:'], 'PostgreSQL 17 with pgvector; embedded PGlite when empty.', {
      secret: true,
    }),
  ],
  poolSize: ['DATABASE_POOL_SIZE', integer(20, { min: 2, max: 500 }, 'Connections per process.')],
  migrateOnStart: ['MIGRATE_ON_START', flag(true, 'Run pending migrations when the process starts.')],
} as const;

export const REDIS = {
  url: [
    'REDIS_URL',
    optionalUrl(['redis:', 'rediss:'], 'Valkey or Redis; embedded Valkey when empty.', { secret: true }),
  ],
  prefix: ['REDIS_PREFIX', text('frontdesk', 'Prefix of every key and queue.')],
  patienceMs: [
    'REDIS_PATIENCE_MS',
    integer(
      500,
      { min: 50, max: 60_000 },
      'Longest wait for what Redis knows of quotas, failed log-ins and ended ones; then a request goes on without it.',
    ),
  ],
} as const;
