export * from './hmac.js';
export * from './password-hasher.js';
export * from './permissions.js';
export * from './rate-limiter.js';
export * from './secret-box.js';
export * from './security.module.js';
export * from './token-signer.js';
export * from './tokens.js';
