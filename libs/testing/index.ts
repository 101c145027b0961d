export * from './database.js';
export * from './engines.js';
export * from './redis.js';
