export * from './audit-keys.js';
export * from './audit-record.js';
export * from './audit-trail.js';
export * from './audit-trail.module.js';
export * from './chain-report.js';
export * from './chain-verifier.js';
export * from './signed-head.js';
export * from './reads-personal-data.js';
