export * from './tenancy.commands.js';
export * from './tenancy.events.js';
export * from './tenancy.queries.js';
export * from './tenant-directory.js';
