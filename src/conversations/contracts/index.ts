export * from './message-parts.js';
