import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { PERMISSION_EXTENSION, SIGNED_IN } from './access.decorators.js';
import { PROBLEMS_EXTENSION, type ProblemCodes } from './api-problems.decorator.js';
import { DEPRECATED_EXTENSION, type Deprecation } from './deprecated.decorator.js';
import { eventSchemas, eventWebhooks } from './openapi-events.js';
import { refine } from './openapi-refine.js';
import { PROBLEM_SCHEMAS } from './problem-schemas.js';

type Paths = OpenAPIObject['paths'];
export type Operation = NonNullable<Paths[string]['get']> & { [extension: string]: unknown };

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

export const operationsOf = function* (
  document: Pick<OpenAPIObject, 'paths'>,
): Generator<{ path: string; method: string; operation: Operation }> {
  for (const [path, item] of Object.entries(document.paths))
    for (const method of METHODS) {
      const operation = item[method];
      if (operation) yield { path, method, operation: operation as Operation };
    }
};

/** The OpenAPI 3.1 document of all contexts' routes, with the problems each operation can answer. */
export const buildOpenApi = (app: INestApplication): OpenAPIObject => {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Frontdesk API')
    .setDescription(
      [
        'Answers a business’s customers on every channel and books them in. Errors are RFC 9457 problems with a stable ' +
          '`code`; instants are ISO-8601 in UTC; money is in integer minor units.',
        '**Lists** take `limit` and `startingAfter`, the id of the last row read, and answer `data` and `hasMore`.',
        '**Retries**: POSTs that create take an `Idempotency-Key`; the same key with the same request answers the first ' +
          'result again for 24 hours, with `Idempotency-Replayed: true`.',
        '**Races**: send the `ETag` you read as `If-Match`; a row that was changed since answers 412.',
        '**Versions**: what is added to `/api/v1` is optional: ignore fields and enum values that you do not know.',
        '**Webhooks**: `webhooks` lists the events, each with a named payload.',
      ].join('\n\n'),
    )
    .addServer('/', 'This installation')
    .setVersion('1.0.0')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description:
        'An access token from POST /api/v1/auth/login, or an API key (`fdk_...`) from POST /api/v1/api-keys.',
    })
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const components = (document.components ??= {});
  components.schemas = { ...components.schemas, ...PROBLEM_SCHEMAS, ...eventSchemas() };
  document.webhooks = { ...document.webhooks, ...eventWebhooks() };
  for (const { path, method, operation } of operationsOf(document)) {
    const { [PROBLEMS_EXTENSION]: codes, [DEPRECATED_EXTENSION]: deprecation, ...rest } = operation;
    if (deprecation) describeEnd(rest, deprecation as Deprecation);
    describeRefusals(path, rest, (codes ?? {}) as ProblemCodes);
    Object.assign(document.paths[path] ?? {}, { [method]: rest });
  }
  refine(document);
  return document;
};

/** Swagger UI at /docs, the document at /openapi.json; built at the first request. */
export const serveOpenApi = (app: INestApplication): void =>
  SwaggerModule.setup('docs', app, () => buildOpenApi(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Frontdesk API',
    swaggerOptions: { persistAuthorization: true, displayOperationId: true },
  });

const WORDS: Record<string, string> = {
  400: 'The body is not valid JSON, or the request is malformed.',
  401: 'No access token, or one that is expired or invalid.',
  403: 'The role lacks the permission, or the login must set up a second factor first.',
  404: 'There is no such thing in this business.',
  409: 'The state of things forbids it.',
  410: 'It was switched off; `Link` names what to use instead.',
  412: 'Somebody has changed it since; read it again.',
  415: 'The body has a content type that is not accepted.',
  422: 'The request breaks a rule; `errors` says where.',
  429: 'Too many requests; `Retry-After` says when to come back.',
  503: 'A part of the service is not available; `Retry-After` says when to come back.',
};

/** What `@Deprecated` says, for people and for generators. */
const describeEnd = (operation: Operation, { since, sunset, successor }: Deprecation): void => {
  const words = [
    `Deprecated since ${since}.`,
    sunset === undefined ? '' : `Answers 410 from ${sunset} on.`,
    successor === undefined ? '' : `Use ${successor} instead.`,
  ];
  operation.deprecated = true;
  operation.description = [operation.description, words.filter(Boolean).join(' ')]
    .filter(Boolean)
    .join('\n\n');
  if (sunset !== undefined) operation.responses['410'] = problemResponse('410', ['http.gone']);
};

/** Adds to an operation the refusals that follow from its shape, and those its @ApiProblems names. */
const describeRefusals = (path: string, operation: Operation, more: ProblemCodes): void => {
  const refusals = new Map<string, Set<string>>();
  const add = (status: number | string, ...codes: string[]) => {
    const known = refusals.get(String(status)) ?? new Set();
    refusals.set(String(status), new Set([...known, ...codes]));
  };
  const parameters = (operation.parameters ?? []).filter((parameter) => 'name' in parameter);
  const permission = operation[PERMISSION_EXTENSION];
  if (permission === undefined) operation.security ??= [];
  else {
    add(401, 'auth.token_missing', 'auth.token_expired', 'auth.token_invalid', 'auth.session_revoked');
    add(401, 'auth.key_invalid', 'auth.key_expired', 'auth.key_revoked', 'auth.key_rotated');
    add(
      403,
      'auth.key_address_refused',
      permission === SIGNED_IN ? 'auth.person_required' : 'auth.key_scope_missing',
    );
    add(403, 'auth.mfa_enrolment_required');
  }
  if (permission !== undefined && permission !== SIGNED_IN) add(403, 'auth.forbidden');
  if (operation.requestBody) add(400, 'http.malformed_json');
  if (operation.requestBody || parameters.some((p) => p.in === 'path' || p.in === 'query'))
    add(422, 'http.validation_failed');
  if (path.includes('{')) add(404);
  for (const { name } of parameters) {
    if (name === 'Idempotency-Key') {
      add(409, 'http.idempotency_in_flight');
      add(422, 'http.idempotency_mismatch', 'http.idempotency_key_invalid');
    }
    if (name === 'If-Match') {
      add(412);
      add(422, 'http.if_match_invalid');
    }
  }
  if (path.startsWith('/api/')) add(429, 'http.too_many_requests');
  for (const [status, codes] of Object.entries(more)) add(status, ...codes);
  add(503, 'http.unavailable');

  for (const [status, codes] of [...refusals].sort(([a], [b]) => a.localeCompare(b)))
    operation.responses[status] ??= problemResponse(status, [...codes]);
  operation.responses['default'] ??= problemResponse('default', []);
};

const problemResponse = (status: string, codes: readonly string[]) => ({
  description: [
    WORDS[status] ?? 'Anything else.',
    codes.length > 0 ? `Codes: ${codes.map((code) => `\`${code}\``).join(', ')}.` : '',
  ]
    .filter(Boolean)
    .join(' '),
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});
