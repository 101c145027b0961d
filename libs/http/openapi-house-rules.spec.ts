import type { OpenAPIObject } from '@nestjs/swagger';
import { houseRuleFaults } from './openapi-house-rules.js';
import { refine } from './openapi-refine.js';

const problem = { content: { 'application/problem+json': { schema: {} } } };
const documentOf = (
  property: object,
  responses: object = { 200: {}, 404: problem, default: problem },
): OpenAPIObject =>
  ({
    paths: { '/a': { get: { responses } } },
    components: { schemas: { X: { type: 'object', properties: { a: property } } } },
  }) as unknown as OpenAPIObject;
const fine = { type: 'string', example: 'b' };

describe('houseRuleFaults', () => {
  it.each([
    fine,
    { type: 'boolean' },
    { type: 'string', enum: ['a'] },
    { type: 'array', items: { type: 'string', enum: ['a'] } },
    { type: 'integer', minimum: 0, maximum: 9, example: 3 },
    { type: ['number', 'null'], format: 'double', example: 0.5 },
  ])('finds nothing in %j', (property) => {
    expect(houseRuleFaults(documentOf(property))).toEqual([]);
  });

  it.each([
    [{ type: 'string' }, 'X.a: no example'],
    [{ type: 'array', items: { type: 'string' } }, 'X.a: no example'],
    [{ type: ['string', 'null'], enum: ['a', null] }, 'X.a: null among the values'],
    [{ type: 'integer', example: 3, minimum: 0 }, 'X.a: an integer without minimum and maximum'],
    [{ type: 'object', properties: { b: { type: 'string' } } }, 'X.a.b: no example'],
  ])('finds the fault of %j', (property, fault) => {
    expect(houseRuleFaults(documentOf(property))).toEqual([expect.stringContaining(fault)]);
  });

  it('finds refusals that are no problems, and that there is no default', () => {
    expect(houseRuleFaults(documentOf(fine, { 200: {}, default: problem, 409: {} }))).toEqual([
      expect.stringContaining('GET /a 409: no problem'),
    ]);
    expect(houseRuleFaults(documentOf(fine, { 200: {} }))).toEqual(['GET /a: no default problem']);
  });
});

describe('houseRuleFaults of parameters', () => {
  const faultsOf = (parameter: object, where: 'paths' | 'webhooks' = 'paths'): string[] =>
    houseRuleFaults({
      paths: {},
      [where]: { '/a': { get: { parameters: [{ name: 'x', in: 'query', ...parameter }], responses } } },
    } as unknown as OpenAPIObject);
  const responses = { 200: {}, default: problem };

  it.each([
    { schema: { type: 'string' }, example: 'b' },
    { schema: { type: 'string' }, examples: { b: { value: 'b' } } },
    { schema: { type: 'string', example: 'b' } },
  ])('finds nothing in %j', (parameter) => {
    expect(faultsOf(parameter)).toEqual([]);
  });

  it.each([{ schema: { type: 'string' } }, { schema: { type: 'boolean' } }, { schema: { enum: ['a'] } }])(
    'finds that %j has no example',
    (parameter) => {
      expect(faultsOf(parameter)).toEqual([expect.stringContaining('GET /a x: a parameter without example')]);
      expect(faultsOf(parameter, 'webhooks')).toEqual([expect.stringContaining('webhook /a x: a parameter')]);
    },
  );
});

describe('refine', () => {
  const refined = (property: object): unknown => {
    const document = documentOf(property);
    refine(document);
    return (document.components!.schemas!['X'] as { properties: { a: unknown } }).properties.a;
  };

  it('makes numbers integers with bounds, but for those that are not', () => {
    expect(refined({ type: ['number', 'null'], minimum: 1 })).toEqual({
      type: ['integer', 'null'],
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
    });
    expect(refined({ type: 'number', format: 'double' })).toEqual({ type: 'number', format: 'double' });
  });

  it('shows a value of a known format, unless somebody showed a better one', () => {
    expect(refined({ type: 'string', format: 'date' })).toMatchObject({ example: '2026-03-14' });
    expect(refined({ type: 'string', format: 'date', example: '2027-01-01' })).toMatchObject({
      example: '2027-01-01',
    });
  });

  it.each([
    [{ in: 'query', schema: { type: 'integer', default: 20 } }, 20],
    [{ in: 'query', schema: { type: 'boolean' } }, true],
    [{ in: 'query', schema: { $ref: '#/components/schemas/Kind' } }, 'first'],
    [{ in: 'path', name: 'orderId', schema: { type: 'string' } }, '0195a3c0-0000-7000-8000-000000000001'],
    [{ in: 'query', schema: { type: 'string' }, example: 'told' }, 'told'],
    [{ in: 'query', schema: { type: 'boolean', example: false } }, undefined],
    [{ in: 'query', name: 'orderId', schema: { type: 'string' } }, undefined],
    [{ in: 'path', name: 'file', schema: { type: 'string' } }, undefined],
  ])('shows a value of the parameter %j where its schema leaves little choice', (parameter, example) => {
    const document = {
      paths: { '/a': { get: { parameters: [parameter], responses: {} } } },
      components: { schemas: { Kind: { type: 'string', enum: ['first', 'second'] } } },
    } as unknown as OpenAPIObject;
    refine(document);
    expect((document.paths['/a']!.get!.parameters![0] as { example?: unknown }).example).toEqual(example);
  });
});
