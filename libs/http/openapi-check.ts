import type { OpenAPIObject } from '@nestjs/swagger';
import { type Operation, operationsOf } from './openapi.js';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What integrators would stumble over: operations without an operationId of their own (`createBooking`) or a summary, the same
 * id twice, bodies and answers without a named schema, schemas that say nothing. Empty when the document is fine.
 */
export const openApiFaults = (document: OpenAPIObject): string[] => {
  const faults: string[] = [];
  const seen = new Map<string, string>();
  for (const { path, method, operation } of operationsOf(document)) {
    const where = `${method.toUpperCase()} ${path}`;
    const id = operation.operationId;
    if (id === undefined || !/^[a-z][a-z0-9]*([A-Z][a-z0-9]*)+$/.test(id))
      faults.push(`${where}: operationId "${id ?? ''}" is not verbNoun`);
    else if (seen.has(id)) faults.push(`${where}: operationId ${id} is also that of ${seen.get(id)}`);
    else seen.set(id, where);
    if (!operation.summary) faults.push(`${where}: no summary`);
    if (!operation.tags?.length) faults.push(`${where}: no tag`);
    faults.push(...bodyFaults(where, operation));
  }
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {}))
    faults.push(...schemaFaults(name, schema));
  return faults;
};

const bodyFaults = (where: string, operation: Operation): string[] => {
  const faults: string[] = [];
  const request: unknown = operation.requestBody;
  if (isObject(request)) faults.push(...contentFaults(`${where} body`, request['content']));
  const successes = Object.entries(operation.responses).filter(([status]) => /^2/.test(status));
  if (successes.length === 0) faults.push(`${where}: no successful answer`);
  for (const [status, response] of successes) {
    const content: unknown = isObject(response) ? response['content'] : undefined;
    if (content === undefined && !['202', '204'].includes(status))
      faults.push(`${where} ${status}: no schema`);
    if (content !== undefined) faults.push(...contentFaults(`${where} ${status}`, content));
  }
  return faults;
};

const contentFaults = (where: string, content: unknown): string[] =>
  Object.entries(isObject(content) ? content : {}).flatMap(([mediaType, entry]) => {
    if (!mediaType.includes('json')) return [];
    const schema: unknown = isObject(entry) ? entry['schema'] : undefined;
    return isObject(schema) && typeof schema['$ref'] === 'string' ? [] : [`${where}: the schema has no name`];
  });

const TELLING = ['$ref', 'oneOf', 'anyOf', 'allOf', 'enum', 'const'];

/** Bare objects and properties without a type: what a generator turns into `any`. */
const schemaFaults = (where: string, schema: unknown): string[] => {
  if (!isObject(schema)) return [`${where}: not a schema`];
  const faults: string[] = [];
  const types = [schema['type']].flat();
  if (
    types.includes('object') &&
    !isObject(schema['properties']) &&
    schema['additionalProperties'] === undefined &&
    !schema['allOf']
  )
    faults.push(`${where}: a bare object`);
  if (schema['type'] === undefined && !TELLING.some((key) => key in schema)) faults.push(`${where}: no type`);
  if (types.includes('array')) faults.push(...schemaFaults(`${where}[]`, schema['items']));
  for (const [name, property] of Object.entries(isObject(schema['properties']) ? schema['properties'] : {}))
    faults.push(...schemaFaults(`${where}.${name}`, property));
  return faults;
};
