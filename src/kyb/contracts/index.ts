export * from './case.events.js';
export * from './events.js';
export * from './kyb.queries.js';
export * from './list-refresh.js';
export * from './source.events.js';
