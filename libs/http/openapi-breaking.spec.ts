import { breakingChanges } from './openapi-breaking.js';

const json = (schema: object) => ({ 'application/json': { schema } });
const object = (properties: object, required: string[] = []) => ({ type: 'object', properties, required });

/** A document of one operation, its parts exchangeable. */
const documentOf = (
  parts: {
    request?: object;
    answer?: object;
    parameters?: object[];
    operation?: object;
    paths?: object;
    event?: object;
  } = {},
): object => ({
  openapi: '3.1.0',
  paths: parts.paths ?? {
    '/bookings': {
      post: {
        parameters: parts.parameters ?? [{ in: 'query', name: 'notify', schema: { type: 'boolean' } }],
        requestBody: { content: json({ $ref: '#/components/schemas/New' }) },
        responses: { 201: { content: json({ $ref: '#/components/schemas/Booking' }) }, 409: {} },
        ...parts.operation,
      },
    },
  },
  webhooks: { booked: { post: { requestBody: { content: json({ $ref: '#/components/schemas/Event' }) } } } },
  components: {
    schemas: {
      New: object(parts.request ?? { name: { type: 'string' } }),
      Booking: object(parts.answer ?? { id: { type: 'string' } }, ['id']),
      Event: object(parts.event ?? { id: { type: 'string' } }),
    },
  },
});

const between = (was: Parameters<typeof documentOf>[0], now: Parameters<typeof documentOf>[0]) =>
  breakingChanges(documentOf(was), documentOf(now));
const request = (was: object, now: object) => between({ request: { a: was } }, { request: { a: now } });
const answer = (was: object, now: object) => between({ answer: { a: was } }, { answer: { a: now } });

describe('breakingChanges', () => {
  it('finds nothing between a document and itself', () => {
    expect(between({}, {})).toEqual([]);
  });

  it('lets a document grow', () => {
    const parameters = [
      { in: 'query', name: 'notify', schema: { type: 'boolean' } },
      { in: 'query', name: 'more', required: false, schema: { type: 'string' } },
    ];
    expect(
      between(
        {},
        {
          parameters,
          request: { name: { type: 'string' }, note: { type: 'string' } },
          answer: { id: { type: 'string' }, note: { type: 'string' } },
          event: { id: { type: 'string' }, note: { type: 'string' } },
        },
      ),
    ).toEqual([]);
    expect(breakingChanges({ paths: {} }, documentOf())).toEqual([]);
  });

  it.each([
    ['a removed operation', { paths: {} }, 'POST /bookings: removed'],
    ['a removed success', { operation: { responses: { 200: {} } } }, 'POST /bookings: answers 201 no more'],
    [
      'an answer of another media type',
      { operation: { responses: { 201: { content: { 'text/csv': {} } } } } },
      'POST /bookings 201: application/json removed',
    ],
    ['a removed parameter', { parameters: [] }, 'POST /bookings query parameter notify: removed'],
    [
      'a parameter that became required',
      { parameters: [{ in: 'query', name: 'notify', required: true, schema: { type: 'boolean' } }] },
      'POST /bookings query parameter notify: now required',
    ],
    [
      'a new required parameter',
      {
        parameters: [
          { in: 'query', name: 'notify', schema: { type: 'boolean' } },
          { in: 'header', name: 'x', required: true, schema: { type: 'string' } },
        ],
      },
      'POST /bookings header parameter x: now required',
    ],
    [
      'a parameter of another type',
      { parameters: [{ in: 'query', name: 'notify', schema: { type: 'integer' } }] },
      'POST /bookings query parameter notify: type was boolean, is integer',
    ],
    [
      'a body that became required',
      {
        operation: {
          requestBody: { required: true, content: json({ $ref: '#/components/schemas/New' }) },
        },
      },
      'POST /bookings body: now required',
    ],
    ['a removed property of a body', { request: {} }, 'POST /bookings body.name: removed'],
    [
      'a new required property of a body',
      { operation: { requestBody: { content: json(object({ name: { type: 'string' }, x: {} }, ['x'])) } } },
      'POST /bookings body.x: now required',
    ],
    ['a removed property of an answer', { answer: {} }, 'POST /bookings 201.id: removed'],
    [
      'a property of an answer that may be missing',
      { operation: { responses: { 201: { content: json(object({ id: { type: 'string' } })) } } } },
      'POST /bookings 201.id: may be missing now',
    ],
    ['a removed property of an event', { event: {} }, 'webhook booked body.id: removed'],
  ])('finds %s', (_what, now, found) => {
    expect(between({}, now)).toEqual([found]);
  });

  it('finds a removed webhook', () => {
    expect(breakingChanges(documentOf(), { ...documentOf(), webhooks: {} })).toEqual([
      'webhook booked: removed',
    ]);
  });

  const text = { type: 'string' };
  it.each([
    ['another type', { type: 'integer' }, text, 'type was integer, is string'],
    ['null refused', { type: ['string', 'null'] }, text, 'type was string|null, is string'],
    ['another format', { ...text, format: 'date' }, { ...text, format: 'date-time' }, 'format was date'],
    ['a format that was free', text, { ...text, format: 'uuid' }, 'format was any, is uuid'],
    ['fewer values', { enum: ['a', 'b'] }, { enum: ['a'] }, 'b not taken any more'],
    ['an enum that was free', text, { ...text, enum: ['a'] }, 'only some values are taken now'],
    ['a longer minimum', { minLength: 1 }, { minLength: 2 }, 'minLength was 1, is 2'],
    ['a lower maximum', { maximum: 10 }, { maximum: 9 }, 'maximum was 10, is 9'],
    ['a bound that was none', {}, { maxItems: 9 }, 'maxItems was none, is 9'],
    ['another pattern', { pattern: 'a' }, { pattern: 'b' }, 'pattern was a, is b'],
    ['narrower items', { items: { maximum: 3 } }, { items: { maximum: 2 } }, '[]: maximum was 3, is 2'],
    [
      'a variant less',
      { oneOf: [{ const: 1 }, { const: 2 }] },
      { oneOf: [{ const: 1 }] },
      'variant {"const":2}',
    ],
  ])('finds in a request %s', (_what, was, now, found) => {
    expect(request(was, now)).toEqual([expect.stringContaining(found)]);
  });

  it.each([
    ['another type', text, { type: 'integer' }, 'type was string, is integer'],
    ['null', text, { type: ['string', 'null'] }, 'type was string, is string|null'],
    ['another format', { ...text, format: 'date' }, text, 'format was date, is any'],
    ['a new value', { enum: ['a'] }, { enum: ['a', 'b'] }, 'b may come now'],
    ['any value', { ...text, enum: ['a'] }, text, 'any value may come now'],
    ['a new variant', { oneOf: [{ const: 1 }] }, { oneOf: [{ const: 1 }, { const: 2 }] }, 'may come now'],
    ['wider items', { items: { enum: [1] } }, { items: { enum: [1, 2] } }, '[]: 2 may come now'],
  ])('finds in an answer %s', (_what, was, now, found) => {
    expect(answer(was, now)).toEqual([expect.stringContaining(found)]);
  });

  it('lets requests widen and answers narrow', () => {
    expect(request({ enum: ['a'], maxLength: 5 }, { enum: ['a', 'b'], maxLength: 6 })).toEqual([]);
    expect(request({ type: 'integer' }, { type: 'number' })).toEqual([]);
    expect(answer({ enum: ['a', 'b'] }, { enum: ['a'] })).toEqual([]);
    expect(answer({ type: ['string', 'null'] }, text)).toEqual([]);
  });

  it('sees through allOf, and ends with schemas that contain themselves', () => {
    const recursive = (inner: object) => ({
      paths: { '/t': { get: { responses: { 200: { content: json({ $ref: '#/components/schemas/T' }) } } } } },
      components: {
        schemas: {
          T: { allOf: [object(inner), object({ child: { $ref: '#/components/schemas/T' } })] },
        },
      },
    });
    expect(breakingChanges(recursive({ a: text }), recursive({ a: text }))).toEqual([]);
    expect(breakingChanges(recursive({ a: text }), recursive({}))).toEqual(['GET /t 200.a: removed']);
  });
});
