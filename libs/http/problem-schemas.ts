import type { OpenAPIObject } from '@nestjs/swagger';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** The problem of `problem.ts` as OpenAPI components. */
export const PROBLEM_SCHEMAS: Schemas = {
  Problem: {
    type: 'object',
    description: 'RFC 9457 problem. A code may bring further members, named in the operation.',
    required: ['type', 'title', 'status', 'code', 'detail', 'traceId'],
    additionalProperties: true,
    properties: {
      type: { type: 'string', format: 'uri', description: 'Identifies the kind of problem.' },
      title: { type: 'string', description: 'The name of the HTTP status.' },
      status: { type: 'integer', minimum: 400, maximum: 599, description: 'The HTTP status.' },
      code: { type: 'string', description: 'Stable; made for programs. New codes may be added.' },
      detail: { type: 'string', description: 'For a person: what happened and what to do.' },
      traceId: { type: 'string', description: 'Quote it to support.' },
      errors: {
        type: 'array',
        description: 'The faults of the request, each with its place.',
        items: { $ref: '#/components/schemas/ProblemError' },
      },
    },
    example: {
      type: 'urn:frontdesk:problem:http.validation_failed',
      title: 'Unprocessable Entity',
      status: 422,
      code: 'http.validation_failed',
      detail: 'The request breaks a rule: see errors.',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      errors: [{ pointer: '/name', detail: 'name should not be empty' }],
    },
  },
  ProblemError: {
    type: 'object',
    required: ['pointer', 'detail'],
    example: { pointer: '/name', detail: 'name should not be empty' },
    properties: {
      pointer: {
        type: 'string',
        description:
          'JSON pointer (RFC 6901) into the body, or the name of a path parameter, query parameter or header.',
      },
      detail: { type: 'string' },
    },
  },
};
