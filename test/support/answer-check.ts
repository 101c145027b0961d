import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Json = Record<string, unknown>;
interface Response {
  readonly content?: Record<string, { schema?: unknown }>;
}
interface Described {
  readonly operationId: string;
  readonly responses: Record<string, Response>;
}

const committed = JSON.parse(readFileSync(join(process.cwd(), 'openapi/openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Json };
};

/** The same schemas, but an object may have no member that its schema does not name. */
const closed = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy: Json = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  const isObject = [copy['type']].flat().includes('object') && typeof copy['properties'] === 'object';
  if (isObject && !('allOf' in copy)) copy['additionalProperties'] ??= false;
  return copy;
};

const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
// A mailbox may be at a host of one label (RFC 5321, 2.3.5), which ajv-formats does not know.
ajv.addFormat('email', /^[^@\s]+@[^@\s]+$/);
ajv.addSchema(closed({ components: committed.components }) as object, 'api');
/** By the schema's own object, which is one for the life of the run; and by what it says. */
const compiled = new WeakMap<object, ValidateFunction>();
const byText = new Map<string, ValidateFunction>();
const validatorOf = (schema: object): ValidateFunction => {
  const known = compiled.get(schema);
  if (known) return known;
  const text = JSON.stringify(closed(schema)).replaceAll('"#/components', '"api#/components');
  const validate = byText.get(text) ?? ajv.compile(JSON.parse(text) as object);
  byText.set(text, validate);
  compiled.set(schema, validate);
  return validate;
};

/** What keeps a value from being what a schema of the document allows; an object may have no member that is not named. */
export const schemaFaults = (schema: object, value: unknown): string[] => {
  const validate = validatorOf(schema);
  if (validate(value)) return [];
  return (validate.errors ?? [])
    .slice(0, 5)
    .map((e) => `${e.instancePath} ${e.message ?? ''} ${JSON.stringify(e.params)}`);
};

/**
 * What an answer has that `openapi/openapi.json` does not describe; undefined when nothing, or when the route is none of the
 * document's.
 */
export const answerFault = (
  method: string,
  route: string,
  answer: { status: number; contentType: string | undefined; body: string },
): string | undefined => {
  const path = route.replace(/:(\w+)/g, '{$1}');
  const operation = committed.paths[path]?.[method.toLowerCase()];
  if (!operation) return undefined;
  const what = `${operation.operationId} answered ${answer.status}`;
  const response = operation.responses[String(answer.status)] ?? operation.responses['default'];
  if (!response || (answer.status < 400 && !(String(answer.status) in operation.responses)))
    return `${what}, which its document does not list: add the response (@Api...Response, @ApiProblems)`;
  const type = answer.contentType?.split(';')[0]?.trim() ?? '';
  if (answer.body === '')
    return response.content ? `${what} without a body: ${Object.keys(response.content).join()}` : undefined;
  if (!response.content) return `${what} with a body that its document does not have`;
  const content = response.content[type];
  if (!content) return `${what} as ${type}, documented is ${Object.keys(response.content).join(', ')}`;
  if (!type.includes('json') || content.schema === undefined) return undefined;
  const faults = schemaFaults(content.schema as object, JSON.parse(answer.body));
  if (faults.length === 0) return undefined;
  return `${what} with what its schema does not allow (correct the DTO, then npm run openapi): ${faults.join('; ')}`;
};

/** Looks at every answer of the application, whoever asks (fetch, inject, supertest); to be called before it listens. */
export const checkAnswers = (app: NestFastifyApplication): { faults: Set<string> } => {
  const faults = new Set<string>();
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (request, reply, payload, done) => {
      const body =
        typeof payload === 'string' ? payload : Buffer.isBuffer(payload) ? payload.toString() : undefined;
      const fault =
        payload === undefined || payload === null || body !== undefined
          ? answerFault(request.method, request.routeOptions.url ?? '', {
              status: reply.statusCode,
              contentType: reply.getHeader('content-type') as string | undefined,
              body: body ?? '',
            })
          : undefined;
      if (fault !== undefined) faults.add(fault);
      done();
    });
  return { faults };
};

/** @throws Error with every fault found so far: for the end of a test file. */
export const assertAnswers = ({ faults }: { faults: Set<string> }): void => {
  if (faults.size > 0)
    throw new Error(
      `Answers differ from openapi/openapi.json:\n${[...faults].map((f) => `  - ${f}`).join('\n')}`,
    );
};
