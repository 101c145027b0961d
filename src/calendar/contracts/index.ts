export * from './calendar.queries.js';
export * from './calendar.commands.js';
export * from './calendar.events.js';
