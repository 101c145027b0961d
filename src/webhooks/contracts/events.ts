import { defineEvent } from '#libs/kernel';

/** An endpoint gets nothing any more: it answered 410 (`gone`), or failed for days (`failing`). */
export const EndpointDisabled = defineEvent<{ endpointId: string; reason: 'gone' | 'failing' }>(
  'webhooks.endpoint.disabled.v1',
  {
    summary: 'An endpoint was disabled: it answered 410, or failed for days.',
    schemaName: 'EndpointDisabledPayload',
    fields: {
      endpointId: { type: 'string', format: 'uuid', description: 'The endpoint.' },
      reason: { type: 'string', description: '`gone`: it answered 410. `failing`: it failed for days.' },
    },
    example: { endpointId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b30', reason: 'failing' },
  },
);
