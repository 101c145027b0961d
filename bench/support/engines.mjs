import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { StepFailed, ROOT, quietly } from '../../scripts/lib.mjs';

const REAL_SERVICES = join(ROOT, '..', 'shared', 'tools', 'real-services');

/**
 * The real engines: those that DATABASE_URL and REDIS_URL name, or those that `real-services` starts. The embedded ones
 * run on one JavaScript thread and answer a different question, so there is no falling back to them.
 */
export const findEngines = async () => {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = process.env;
  if (databaseUrl && redisUrl) return { databaseUrl, redisUrl };
  if (!existsSync(REAL_SERVICES))
    throw new StepFailed(
      'The benchmarks run on a real PostgreSQL 17 (with pgvector) and a real Valkey or Redis.\n' +
        'Set DATABASE_URL (of a superuser, for each benchmark makes and drops a database of its own) and REDIS_URL.',
    );
  await quietly([REAL_SERVICES, 'start']);
  const env = await quietly([REAL_SERVICES, 'env']);
  const value = (name) => new RegExp(`${name}=(\\S+)`).exec(env)?.[1];
  return { databaseUrl: value('DATABASE_URL'), redisUrl: value('REDIS_URL') };
};

const made = [];

/** A database of its own, dropped by `drop()`. */
export const createDatabase = async (databaseUrl) => {
  const name = `frontdesk_bench_${randomBytes(5).toString('hex')}`;
  made.push(name);
  const admin = (sql) => withClient(databaseUrl, (client) => client.query(sql));
  await admin(`CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
};

export const withClient = async (url, work) => {
  const client = new pg.Client({ connectionString: url });
  // Ours is the only reason for it to end: what is dropped with FORCE says so here.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** Takes out of Redis what this run has left there: keys begin with the name of their database. */
export const forgetKeys = async (redisUrl) => {
  const redis = new Redis(redisUrl);
  for (const name of made)
    for await (const keys of redis.scanStream({ match: `${name}*`, count: 1_000 }))
      if (keys.length > 0) await redis.unlink(keys);
  await redis.quit();
};
