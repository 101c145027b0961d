export * from './data-source.js';
export * from './migrate.js';
export * from './persistence.module.js';
export * from './protect-table.js';
export * from './roles.js';
export * from './system-functions.js';
export * from './tenant-repository.js';
export * from './unit-of-work.js';
