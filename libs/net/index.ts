export * from './address-policy.js';
export * from './answer-failure.js';
export * from './net-errors.js';
export * from './net.module.js';
export * from './outgoing-http.js';
export * from './resolver.js';
export * from './url-policy.js';
