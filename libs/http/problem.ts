import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { DomainError, ProviderError, type ErrorDetail, type ErrorKind } from '#libs/kernel';
import { isDataException } from './data-exception.js';
import { isDependencyDown } from './dependency-down.js';

/** What the caller is told. `facts` become members of the problem of their own. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly ErrorDetail[];
  readonly facts?: Record<string, unknown>;
  readonly retryAfterSeconds?: number;
}

/** RFC 9457, with `code`, `traceId` and `errors` as extension members. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  traceId: string;
  errors?: readonly ErrorDetail[];
  [fact: string]: unknown;
}

const STATUS: Record<ErrorKind, number> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  stale: 412,
  'too-many': 429,
  unavailable: 503,
};

/** Codes of refusals that come from the framework; a context's own come from its DomainErrors. */
const CODES: Record<number, string> = {
  400: 'http.bad_request',
  401: 'auth.token_missing',
  403: 'auth.forbidden',
  404: 'http.not_found',
  405: 'http.method_not_allowed',
  408: 'http.timeout',
  410: 'http.gone',
  413: 'http.body_too_large',
  414: 'http.url_too_long',
  415: 'http.unsupported_media_type',
  422: 'http.validation_failed',
  429: 'http.too_many_requests',
  503: 'http.unavailable',
};

const RETRY_AFTER_SECONDS = 5;

/** Makes of anything thrown what may be told about it. An unknown error is told as such and no more. */
export const refusalOf = (thrown: unknown): Refusal => {
  if (thrown instanceof DomainError) {
    const { errors, facts, retryAfterSeconds } = thrown.options;
    return {
      status: STATUS[thrown.kind],
      code: thrown.code,
      detail: thrown.message,
      errors,
      facts,
      retryAfterSeconds:
        retryAfterSeconds ?? (thrown.kind === 'unavailable' ? RETRY_AFTER_SECONDS : undefined),
    };
  }
  if (thrown instanceof ProviderError) return ofProvider(thrown);
  if (isMalformedJson(thrown))
    return { status: 400, code: 'http.malformed_json', detail: 'The body is not valid JSON.' };
  if (thrown instanceof HttpException) return ofHttp(thrown.getStatus(), messageOf(thrown));
  const status = statusCodeOf(thrown);
  if (status !== undefined) return ofHttp(status, (thrown as Error).message);
  if (isDependencyDown(thrown))
    return {
      ...ofHttp(503, 'A part of the service is not available at the moment. Try again shortly.'),
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    };
  if (isDataException(thrown))
    return {
      status: 422,
      code: 'http.value_not_storable',
      detail: 'A value of the request is out of range, or holds characters that cannot be stored.',
    };
  return {
    status: 500,
    code: 'http.internal',
    detail: 'Something went wrong on our side. Quote the trace id to support.',
  };
};

export const problemOf = (refusal: Refusal, traceId: string): Problem => ({
  ...refusal.facts,
  type: `urn:frontdesk:problem:${refusal.code}`,
  title: STATUS_CODES[refusal.status] ?? 'Error',
  status: refusal.status,
  code: refusal.code,
  detail: refusal.detail,
  traceId,
  ...(refusal.errors && refusal.errors.length > 0 ? { errors: refusal.errors } : {}),
});

const ofHttp = (status: number, detail: string): Refusal =>
  status >= 500 && status !== 503
    ? {
        status,
        code: 'http.internal',
        detail: 'Something went wrong on our side. Quote the trace id to support.',
      }
    : { status, code: CODES[status] ?? `http.status_${status}`, detail };

const ofProvider = (error: ProviderError): Refusal => ({
  status: error.retryable ? 503 : 502,
  code: error.retryable ? 'http.provider_unavailable' : 'http.provider_refused',
  detail: `${error.provider} could not be used: ${error.failure}.`,
  facts: { provider: error.provider },
  retryAfterSeconds: error.retryable
    ? Math.max(1, Math.ceil((error.details.retryAfterMs ?? RETRY_AFTER_SECONDS * 1000) / 1000))
    : undefined,
});

const messageOf = (exception: HttpException): string => {
  const body = exception.getResponse();
  const message = typeof body === 'object' && 'message' in body ? body.message : body;
  if (Array.isArray(message)) return message.join('; ');
  return typeof message === 'string' ? message : exception.message;
};

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const JSON_CODES = new Set<unknown>(['FST_ERR_CTP_INVALID_JSON_BODY', 'FST_ERR_CTP_EMPTY_JSON_BODY']);

/** Fastify's own refusals of a body, bare or as the cause of Nest's exception; `__proto__` keys come as a SyntaxError. */
const isMalformedJson = (error: unknown): boolean =>
  JSON_CODES.has(codeOf(error)) ||
  (error instanceof SyntaxError && statusCodeOf(error) === 400) ||
  (error instanceof HttpException && error.cause !== undefined && isMalformedJson(error.cause));

const statusCodeOf = (error: unknown): number | undefined => {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
};
