export * from './gcra.js';
export * from './gcra-storage.js';
export * from './rate-limit-headers.js';
export * from './socket-quotas.js';
export * from './throttle.guard.js';
export * from './throttling.module.js';
