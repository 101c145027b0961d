export * from './events.js';
export * from './list-refresh.js';
