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
});
