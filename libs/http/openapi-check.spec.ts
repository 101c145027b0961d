import type { OpenAPIObject } from '@nestjs/swagger';
import { openApiFaults } from './openapi-check.js';

const ref = { $ref: '#/components/schemas/Booking' };
const json = (schema: object) => ({ 'application/json': { schema } });
const operation = (changes: object = {}) => ({
  operationId: 'createBooking',
  summary: 'Book',
  tags: ['Bookings'],
  requestBody: { content: json(ref) },
  responses: { 201: { description: '', content: json(ref) }, 409: { description: '' } },
  ...changes,
});
const documentOf = (operations: object, schemas: object = {}): OpenAPIObject =>
  ({
    openapi: '3.1.0',
    info: { title: 't', version: '1' },
    paths: { '/bookings': operations },
    components: {
      schemas: { Booking: { type: 'object', properties: { id: { type: 'string' } } }, ...schemas },
    },
  }) as unknown as OpenAPIObject;

describe('openApiFaults', () => {
  it('finds nothing in a fine document', () => {
    expect(openApiFaults(documentOf({ post: operation() }))).toEqual([]);
  });

  it.each([
    ['an id that Nest made', { operationId: 'BookingsController_create' }, 'is not verbNoun'],
    ['an id of one word', { operationId: 'create' }, 'is not verbNoun'],
    ['no id', { operationId: undefined }, 'is not verbNoun'],
    ['no summary', { summary: '' }, 'no summary'],
    ['no tag', { tags: [] }, 'no tag'],
    [
      'a body without a name',
      { requestBody: { content: json({ type: 'object' }) } },
      'body: the schema has no name',
    ],
    [
      'an answer without a name',
      { responses: { 200: { content: json({ type: 'array', items: ref }) } } },
      '200: the schema has no name',
    ],
    ['an answer without a schema', { responses: { 200: { description: '' } } }, '200: no schema'],
    ['no success', { responses: { 404: { description: '' } } }, 'no successful answer'],
  ])('finds %s', (_what, changes, fault) => {
    expect(openApiFaults(documentOf({ post: operation(changes) }))).toEqual([expect.stringContaining(fault)]);
  });

  it('finds an id twice', () => {
    expect(openApiFaults(documentOf({ post: operation(), put: operation() }))).toEqual([
      expect.stringContaining('operationId createBooking is also that of'),
    ]);
  });

  it.each([
    ['a bare object', { type: 'object' }, 'X: a bare object'],
    ['a property without a type', { type: 'object', properties: { a: {} } }, 'X.a: no type'],
    ['a list of anything', { type: 'array', items: {} }, 'X[]: no type'],
    [
      'a bare object inside',
      { type: 'object', properties: { a: { type: ['object', 'null'] } } },
      'X.a: a bare object',
    ],
  ])('finds %s among the schemas', (_what, schema, fault) => {
    expect(openApiFaults(documentOf({ post: operation() }, { X: schema }))).toEqual([fault]);
  });

  it('accepts an answer of text and one without content', () => {
    const text = operation({
      operationId: 'getText',
      responses: { 200: { content: { 'text/plain': { schema: { type: 'string' } } } } },
    });
    const none = operation({
      operationId: 'deleteBooking',
      requestBody: undefined,
      responses: { 204: { description: '' } },
    });
    expect(openApiFaults(documentOf({ get: text, delete: none }))).toEqual([]);
  });
});
