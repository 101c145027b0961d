export * from './handshake.js';
export * from './refusal.js';
