import type { OpenAPIObject } from '@nestjs/swagger';
import { type PublicEvent, publicEvents } from '#libs/kernel';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** `BookingConfirmedPayload` is the `data` of `BookingConfirmedEvent`. */
const eventName = ({ schemaName }: PublicEvent): string => `${schemaName.replace(/Payload$/, '')}Event`;

const exampleOf = ({ type, example }: PublicEvent): object => ({
  type,
  timestamp: '2026-03-14T10:00:00.000Z',
  subject: '0195a3c0-0000-7000-8000-00000000b001',
  sequence: 3,
  data: example,
});

/** The bodies of webhook requests as they are sent, and their `data`, each by a name of its own. */
export const eventSchemas = (): Schemas =>
  Object.fromEntries(
    publicEvents().flatMap((event) => [
      [event.schemaName, event.schema as unknown as Schemas[string]],
      [eventName(event), envelopeOf(event) as unknown as Schemas[string]],
    ]),
  );

const envelopeOf = (event: PublicEvent): object => ({
  type: 'object',
  description: event.summary,
  required: ['type', 'timestamp', 'subject', 'sequence', 'data'],
  properties: {
    type: { type: 'string', const: event.type, description: 'Which event it is, and so what `data` holds.' },
    timestamp: { type: 'string', format: 'date-time', description: 'When it happened.' },
    subject: { type: 'string', description: 'What it happened to; `sequence` counts for it.' },
    sequence: {
      type: 'integer',
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: '1, 2, 3 ... of what this endpoint is sent of this subject, without gaps. Sort by it.',
    },
    data: { $ref: `#/components/schemas/${event.schemaName}` },
  },
  example: exampleOf(event),
});

/** What each says, and an example. */
const HEADERS = {
  'webhook-id': [
    'The id of the event: the same in every try and replay. Do away with one seen before.',
    '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b11',
  ],
  'webhook-timestamp': ['Seconds since 1970 of this try.', '1773482400'],
  'webhook-signature': [
    'Standard Webhooks: `v1,<base64>`, one for each secret while they rotate.',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ],
} as const;

/** The requests that endpoints of integrators get, by event type. */
export const eventWebhooks = (): NonNullable<OpenAPIObject['webhooks']> =>
  Object.fromEntries(
    publicEvents().map((event) => [
      event.type,
      {
        post: {
          operationId: `on${event.schemaName.replace(/Payload$/, '')}`,
          summary: event.summary,
          tags: ['Events'],
          security: [],
          parameters: Object.entries(HEADERS).map(([name, [description, example]]) => ({
            name,
            in: 'header',
            required: true,
            description,
            schema: { type: 'string' },
            example,
          })),
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: { $ref: `#/components/schemas/${eventName(event)}` },
                example: exampleOf(event),
              },
            },
          },
          responses: { '2XX': { description: 'Taken. Anything else is delivered again.' } },
        },
      },
    ]),
  );
