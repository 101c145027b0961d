export * from './events.js';
export * from './message-parts.js';
export * from './thread.commands.js';
export * from './thread.views.js';
export * from './customer.queries.js';
