export { Logger } from 'nestjs-pino';
export * from './health-checks.js';
export * from './logger-options.js';
export * from './metrics.js';
export * from './observability.module.js';
export * from './redaction.js';
