import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Json = Record<string, unknown>;

export interface DescribedContent {
  readonly schema?: Json;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { value: unknown }>>;
}
export interface DescribedParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Json;
  readonly example?: unknown;
}
export interface DescribedOperation {
  readonly operationId: string;
  readonly parameters?: readonly DescribedParameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, DescribedContent>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, DescribedContent>> }>
  >;
}
type Items = Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;

/** The document as integrators have it. */
export const DOCUMENT = JSON.parse(readFileSync(join(process.cwd(), 'openapi/openapi.json'), 'utf8')) as {
  readonly paths: Items;
  readonly webhooks: Items;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
};

export interface Operation extends DescribedOperation {
  readonly method: string;
  readonly path: string;
}

const operationsOf = (items: Items): Operation[] =>
  Object.entries(items).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  );
export const OPERATIONS = operationsOf(DOCUMENT.paths);
export const WEBHOOKS = operationsOf(DOCUMENT.webhooks);

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const schemasIn = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** What a schema or a body shows of itself: one example, or several by name. */
const shownBy = (holder: object): unknown[] => {
  if ('example' in holder) return [holder.example];
  if (!('examples' in holder)) return [];
  return Object.values(holder.examples as object).map((each: unknown) =>
    isObject(each) && 'value' in each ? each['value'] : each,
  );
};

/**
 * What somebody who reads a schema would send or expect: its own example or, where it has none, one composed of those of its
 * properties, as Swagger UI shows it. An answer has nothing that is only written.
 */
export const exampleOf = (schema: Json, side: 'request' | 'answer'): unknown => {
  const shown = shownBy(schema);
  if (shown.length > 0) return shown[0];
  if ('const' in schema) return schema['const'];
  if ('default' in schema) return schema['default'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0] as unknown;
  if (typeof schema['$ref'] === 'string')
    return exampleOf(DOCUMENT.components.schemas[schema['$ref'].split('/').at(-1) ?? ''] ?? {}, side);
  const [variant] = [...schemasIn(schema['oneOf']), ...schemasIn(schema['anyOf'])];
  if (variant) return exampleOf(variant, side);
  const parts = schemasIn(schema['allOf']).map((part) => exampleOf(part, side));
  if (parts.length === 1 && !isObject(parts[0])) return parts[0];
  if (parts.length > 0 || isObject(schema['properties']))
    return Object.assign({}, ...parts, membersOf(schema, side)) as unknown;
  if (isObject(schema['items'])) return [exampleOf(schema['items'], side)];
  if (isObject(schema['additionalProperties']))
    return { example: exampleOf(schema['additionalProperties'], side) };
  return [schema['type']].flat().includes('boolean') ? true : {};
};

const membersOf = ({ properties }: Json, side: 'request' | 'answer'): Json =>
  Object.fromEntries(
    Object.entries(isObject(properties) ? (properties as Record<string, Json>) : {})
      .filter(([, property]) => property[side === 'request' ? 'readOnly' : 'writeOnly'] !== true)
      .map(([name, property]) => [name, exampleOf(property, side)]),
  );

/** All of a body's examples, one at least. */
export const examplesOfBody = (content: DescribedContent, side: 'request' | 'answer'): unknown[] => {
  const shown = shownBy(content);
  return shown.length > 0 ? shown : [exampleOf(content.schema ?? {}, side)];
};

export const exampleOfParameter = (parameter: DescribedParameter): unknown =>
  'example' in parameter ? parameter.example : exampleOf(parameter.schema, 'request');

/** Every schema under a node, with the examples that it shows, and where. */
export const shownExamples = function* (
  node: unknown,
  where: string,
): Generator<{ where: string; schema: Json; value: unknown }> {
  if (!isObject(node)) return;
  for (const value of shownBy(node)) yield { where, schema: node, value };
  for (const key of ['items', 'additionalProperties']) yield* shownExamples(node[key], `${where}[]`);
  for (const key of ['oneOf', 'anyOf', 'allOf'])
    for (const part of schemasIn(node[key])) yield* shownExamples(part, where);
  for (const [name, property] of Object.entries(isObject(node['properties']) ? node['properties'] : {}))
    yield* shownExamples(property, `${where}.${name}`);
};
