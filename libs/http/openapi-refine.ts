import type { OpenAPIObject } from '@nestjs/swagger';

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands for a value of a format where nobody gave a better one. */
const EXAMPLES: Record<string, unknown> = {
  uuid: '0195a3c0-0000-7000-8000-000000000001',
  'date-time': '2026-03-14T10:00:00.000Z',
  date: '2026-03-14',
  email: 'olena@salon-lumen.example',
  uri: 'https://salon-lumen.example/booking',
  password: 'correct horse battery staple',
};

/**
 * Makes schemas say what TypeScript cannot. A number is an integer that JSON can carry (2^53 - 1 either way), unless it says
 * `format: 'double'`; a value of a known format has an example. A path parameter of which nothing else is said is an id, as
 * `RequestValidationPipe` has it, and a parameter whose schema speaks for itself has an example of it.
 */
export const refine = (document: OpenAPIObject): void => {
  const schemas: Json = document.components?.schemas ?? {};
  for (const schema of Object.values(schemas)) refineSchema(schema);
  for (const item of Object.values(document.paths))
    for (const operation of Object.values(item as Json)) {
      const parameters = isObject(operation) ? operation['parameters'] : undefined;
      for (const parameter of Array.isArray(parameters) ? (parameters as Json[]) : [])
        refineParameter(parameter, schemas);
    }
};

const refineParameter = (parameter: Json, schemas: Json): void => {
  const { schema } = parameter;
  if (!isObject(schema)) return;
  const isBare = schema['type'] === 'string' && Object.keys(schema).length === 1;
  if (isBare && parameter['in'] === 'path' && /^id$|Id$/.test(String(parameter['name'])))
    parameter['example'] ??= EXAMPLES['uuid'];
  refineSchema(schema);
  if (!('example' in parameter || 'examples' in parameter || 'example' in schema)) {
    const example = tellingValue(schema, schemas);
    if (example !== undefined) parameter['example'] = example;
  }
};

/** What stands for a value where the schema leaves little choice: its default, the first of its values, `true`. */
const tellingValue = (schema: Json, schemas: Json): unknown => {
  const ref = schema['$ref'];
  const named = typeof ref === 'string' ? schemas[ref.split('/').at(-1) ?? ''] : undefined;
  const { default: usual, enum: values, type } = { ...(isObject(named) ? named : {}), ...schema };
  if (usual !== undefined) return usual;
  if (Array.isArray(values)) return values[0] as unknown;
  return type === 'boolean' ? true : undefined;
};

const refineSchema = (schema: unknown): void => {
  if (!isObject(schema)) return;
  const types = [schema['type']].flat();
  if (types.includes('number') && schema['format'] !== 'double') {
    const refined = types.map((type) => (type === 'number' ? 'integer' : type));
    schema['type'] = refined.length === 1 ? refined[0] : refined;
  }
  if ([schema['type']].flat().includes('integer')) {
    schema['minimum'] ??= Number.MIN_SAFE_INTEGER;
    schema['maximum'] ??= Number.MAX_SAFE_INTEGER;
  }
  const example = EXAMPLES[String(schema['format'])];
  if (example !== undefined && !('enum' in schema)) schema['example'] ??= example;
  for (const inner of [schema['items'], schema['additionalProperties']]) refineSchema(inner);
  for (const key of ['oneOf', 'anyOf', 'allOf'])
    for (const part of Array.isArray(schema[key]) ? (schema[key] as unknown[]) : []) refineSchema(part);
  for (const property of Object.values(isObject(schema['properties']) ? schema['properties'] : {}))
    refineSchema(property);
};
