export * from './config.module.js';
export * from './environment.js';
export * from './generated-secrets.js';
export * from './settings.js';
