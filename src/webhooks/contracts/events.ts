import { defineEvent } from '#libs/kernel';

/** An endpoint gets nothing any more: it answered 410 (`gone`), or failed for days (`failing`). */
export const EndpointDisabled = defineEvent<{ endpointId: string; reason: 'gone' | 'failing' }>(
  'webhooks.endpoint.disabled.v1',
);
