export * from './events.js';
export * from './privacy.queries.js';
