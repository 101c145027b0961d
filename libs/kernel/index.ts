export * from './aggregate.js';
export * from './clock.js';
export * from './domain-event.js';
export * from './errors.js';
export * from './ids.js';
export * from './money.js';
export * from './canonical-json.js';
export * from './context.js';
