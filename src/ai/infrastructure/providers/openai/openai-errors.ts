import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import { ProviderError, type ProviderFailure } from '#libs/kernel';

export const PROVIDER = 'openai';

/** Keys appear in some providers' messages ("Incorrect API key provided: sk-…"), and messages are logged. */
const withoutKeys = (text: string): string => text.replace(/\bsk-[\w*.-]{4,}/g, '[key]');

/** `Retry-After-Ms`, `Retry-After` in seconds, or a date measured against the answer's own `Date`. */
export const retryAfterOf = (headers: Headers | undefined): number | undefined => {
  const ms = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return Math.ceil(ms);
  const given = headers?.get('retry-after');
  if (given === null || given === undefined) return undefined;
  const seconds = Number(given);
  if (Number.isFinite(seconds)) return seconds >= 0 ? Math.ceil(seconds * 1000) : undefined;
  const wait = Date.parse(given) - Date.parse(headers?.get('date') ?? '');
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
};

/** An error object as OpenAI (`code` is text) or OpenRouter (`code` is a status, `metadata`) writes it. */
interface ErrorBody {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly type?: unknown;
  readonly metadata?: unknown;
}

const bodyOf = (value: unknown): ErrorBody =>
  value !== null && typeof value === 'object' ? (value as ErrorBody) : {};

const OUT_OF_CREDIT = 'The account of the model provider has no credit left: add credit, or raise its limit.';

/** A guardrail or moderation of OpenRouter refused this request; the key itself is fine. */
const isBlockedContent = (body: ErrorBody): boolean => {
  const metadata = body.metadata !== null && typeof body.metadata === 'object' ? body.metadata : {};
  return ['patterns', 'reasons', 'flagged_input'].some((key) => key in metadata);
};

const judge = (status: number, body: ErrorBody): { failure: ProviderFailure; title?: string } => {
  if (status === 402 || body.code === 'insufficient_quota')
    return { failure: 'auth-revoked', title: OUT_OF_CREDIT };
  if (status === 429) return { failure: 'rate-limited' };
  if (status === 401)
    return { failure: 'auth-revoked', title: 'The model provider does not accept the API key.' };
  if (status === 403) return { failure: isBlockedContent(body) ? 'rejected' : 'auth-revoked' };
  return { failure: status === 408 || status === 409 || status >= 500 ? 'transient' : 'rejected' };
};

/** Classifies an error by its status, whether that was the status of HTTP or stood in the body of a 200. */
export const errorOfStatus = (status: number, error: unknown, headers?: Headers): ProviderError => {
  const body = bodyOf(error);
  const { failure, title: known } = judge(status, body);
  const message = withoutKeys(typeof body.message === 'string' ? body.message : `HTTP ${status}`);
  const code = typeof body.code === 'string' ? body.code : `http_${status}`;
  const retryAfterMs = retryAfterOf(headers);
  return new ProviderError(PROVIDER, failure, `The model provider answered ${status}: ${known ?? message}`, {
    status,
    code,
    title: known ?? message,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
};

/** `error` of a 200: OpenRouter reports a fault of the model behind it this way, with the status as `code`. */
export const errorInBody = (error: unknown): ProviderError => {
  const { code } = bodyOf(error);
  const status = Number(code);
  return errorOfStatus(Number.isInteger(status) && status >= 400 && status < 600 ? status : 502, error);
};

export const unusable = (title: string): ProviderError =>
  new ProviderError(PROVIDER, 'transient', title, { code: 'unusable_answer', title });

const noAnswer = (code: string, title: string): ProviderError =>
  new ProviderError(PROVIDER, 'transient', title, { code, title });

/** Classifies whatever the SDK throws. A completion has no effect but its price, so that a lost answer may be asked for again. */
export const errorOf = (error: unknown, context: { cancelled: boolean }): ProviderError => {
  if (error instanceof ProviderError) return error;
  if (context.cancelled) return noAnswer('cancelled', 'The request to the model was cancelled.');
  if (error instanceof APIConnectionTimeoutError || error instanceof APIUserAbortError || isTimeout(error)) {
    return noAnswer('timeout', 'The model did not answer in time.');
  }
  if (error instanceof APIConnectionError)
    return noAnswer('connection', 'The model provider could not be reached.');
  if (error instanceof APIError && typeof error.status === 'number') {
    return errorOfStatus(error.status, error.error, (error as APIError<number, Headers>).headers);
  }
  // A body that is no JSON, or broke off.
  return unusable(`The answer of the model provider was unreadable (${nameOf(error)}).`);
};

/** By name, not by class: what Node's own code throws has another `Error` inside a test runner or a worker. */
const nameOf = (error: unknown): string => {
  const name = error !== null && typeof error === 'object' && 'name' in error ? error.name : undefined;
  return typeof name === 'string' ? name : 'error';
};

const isTimeout = (error: unknown): boolean => ['TimeoutError', 'AbortError'].includes(nameOf(error));
