import { Redis } from 'ioredis';
import { testEngines } from './engines.js';

/** Empties this worker's Redis database. */
export const flushTestRedis = async (): Promise<void> => {
  const redis = new Redis(testEngines().redisUrl);
  try {
    await redis.flushdb();
  } finally {
    redis.disconnect();
  }
};
