export * from './redis.module.js';
export * from './redis-io.adapter.js';
