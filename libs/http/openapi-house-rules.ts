import type { OpenAPIObject } from '@nestjs/swagger';
import { type Operation, operationsOf } from './openapi.js';

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Rules for what people read and generators trip over: refusals are problems, and there is a default; enums hold no null; integers have
 * bounds; properties and parameters have examples. Each fault says what to add. Of the document as it is built, with what doc comments say.
 */
export const houseRuleFaults = (document: OpenAPIObject): string[] => {
  const faults: string[] = [];
  for (const { path, method, operation } of operationsOf(document)) {
    const where = `${method.toUpperCase()} ${path}`;
    if (!('default' in operation.responses)) faults.push(`${where}: no default problem`);
    for (const [status, response] of Object.entries(operation.responses)) {
      if (/^[23]/.test(status)) continue;
      const content: unknown = isObject(response) ? response['content'] : undefined;
      const types = Object.keys(isObject(content) ? content : {});
      // A health check answers its report with 503 as well.
      if (types.length === 0 || (status !== '503' && !types.includes('application/problem+json')))
        faults.push(`${where} ${status}: no problem: list its codes in @ApiProblems`);
    }
    faults.push(...parameterFaults(where, operation));
  }
  for (const { path, operation } of operationsOf({ paths: document.webhooks ?? {} }))
    faults.push(...parameterFaults(`webhook ${path}`, operation));
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {}))
    faults.push(...propertyFaults(name, schema, false));
  return faults;
};

const parameterFaults = (where: string, { parameters = [] }: Operation): string[] =>
  parameters.flatMap((parameter) => {
    if (!('name' in parameter)) return [];
    const here = `${where} ${parameter.name}`;
    const faults = valueFaults(here, parameter.schema);
    return hasExample(parameter) || hasExample(parameter.schema ?? {})
      ? faults
      : [
          ...faults,
          `${here}: a parameter without example: add \`example\` to its @ApiProperty, @ApiParam or @ApiHeader`,
        ];
  });

const valueFaults = (where: string, schema: unknown): string[] => {
  if (!isObject(schema)) return [];
  const faults: string[] = [];
  if (Array.isArray(schema['enum']) && schema['enum'].includes(null))
    faults.push(`${where}: null among the values of an enum: make the type nullable instead`);
  if (
    [schema['type']].flat().includes('integer') &&
    !('enum' in schema) &&
    (schema['minimum'] === undefined || schema['maximum'] === undefined)
  )
    faults.push(`${where}: an integer without minimum and maximum`);
  return [...faults, ...valueFaults(`${where}[]`, schema['items'])];
};

/** `shown`: an example of the whole shows the property as well. */
const propertyFaults = (where: string, schema: unknown, shown: boolean): string[] => {
  if (!isObject(schema)) return [];
  const faults = valueFaults(where, schema);
  const all = shown || hasExample(schema);
  for (const [name, property] of Object.entries(isObject(schema['properties']) ? schema['properties'] : {})) {
    const here = `${where}.${name}`;
    if (!all && !speaksForItself(property))
      faults.push(`${here}: no example: add "@example …" to its doc comment, or \`example\` to @ApiProperty`);
    faults.push(...propertyFaults(here, property, all));
  }
  return faults;
};

const hasExample = (schema: object): boolean => 'example' in schema || 'examples' in schema;

const TELLING = [
  '$ref',
  'enum',
  'const',
  'default',
  'oneOf',
  'anyOf',
  'allOf',
  'properties',
  'additionalProperties',
];

/** A named schema has examples of its own, a list those of its items; of a boolean there are two. */
const speaksForItself = (schema: unknown): boolean =>
  !isObject(schema) ||
  hasExample(schema) ||
  TELLING.some((key) => key in schema) ||
  [schema['type']].flat().includes('boolean') ||
  (isObject(schema['items']) && speaksForItself(schema['items']));
