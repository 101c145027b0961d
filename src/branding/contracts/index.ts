export * from './branding.queries.js';
export * from './host-directory.js';
export * from './smtp-transports.js';
