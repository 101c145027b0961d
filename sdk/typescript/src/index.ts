export { type CallOptions, Client, type ClientOptions, iterate } from './client.js';
export { Frontdesk } from './generated/operations.js';
export type { components, operations, webhooks } from './generated/schema.js';
export { type Problem, ProblemError } from './problem.js';
export type { Input, OperationId, Output, Schemas } from './types.js';
export { verifyWebhook, type WebhookEvent, WebhookVerificationError } from './webhooks.js';
