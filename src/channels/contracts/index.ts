export * from './channel.events.js';
export * from './channel.queries.js';
export * from './channel-provider.js';
