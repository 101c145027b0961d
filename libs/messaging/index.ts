export * from './dead-letters.js';
export type { OutboxRow } from './delivery-job.js';
export * from './dispatcher.js';
export * from './event-handler.js';
export * from './messaging.module.js';
export * from './outbox.js';
export * from './relay-signal.js';
