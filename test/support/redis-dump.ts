import type { Redis } from 'ioredis';

const readers: Record<string, (redis: Redis, key: string) => Promise<unknown>> = {
  string: (redis, key) => redis.get(key),
  hash: (redis, key) => redis.hgetall(key),
  list: (redis, key) => redis.lrange(key, 0, -1),
  set: (redis, key) => redis.smembers(key),
  zset: (redis, key) => redis.zrange(key, 0, -1, 'WITHSCORES'),
  stream: (redis, key) => redis.xrange(key, '-', '+'),
};

/** Every key of the database with its value as text. @throws Error for a type it cannot read: a look that misses some is none. */
export const everythingIn = async (redis: Redis): Promise<[key: string, value: string][]> => {
  const keys = await redis.keys('*');
  const dump: [string, string][] = [];
  for (const key of keys) {
    const type = await redis.type(key);
    // Gone since: a job that was done.
    if (type === 'none') continue;
    const read = readers[type];
    if (!read) throw new Error(`${key} has the type ${type}`);
    dump.push([key, JSON.stringify(await read(redis, key))]);
  }
  return dump;
};
