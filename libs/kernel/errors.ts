/** What kind of refusal an error is; the HTTP layer turns it into a status, a processor into a decision. */
export type ErrorKind =
  | 'invalid' // 422: the input breaks a rule; `field` says where
  | 'unauthenticated' // 401
  | 'forbidden' // 403
  | 'not-found' // 404
  | 'conflict' // 409: the state of the world forbids it
  | 'stale' // 412: If-Match named an older version
  | 'too-many' // 429
  | 'unavailable'; // 503: a dependency is down; the caller may retry

export interface ErrorDetail {
  /** JSON pointer (RFC 6901) into the request body, or the name of a query or path parameter. */
  readonly pointer: string;
  readonly detail: string;
}

/**
 * A refusal that is part of the language of a context. `code` is stable on the wire (`calendar.slot_taken`);
 * `message` tells a person what to do; `facts` are safe to show to the caller.
 */
export class DomainError extends Error {
  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    readonly options: {
      facts?: Record<string, unknown>;
      errors?: ErrorDetail[];
      retryAfterSeconds?: number;
    } = {},
  ) {
    super(message);
    this.name = 'DomainError';
  }

  static invalid(code: string, pointer: string, detail: string): DomainError {
    return new DomainError('invalid', code, detail, { errors: [{ pointer, detail }] });
  }

  static notFound(what: string, id: string): DomainError {
    return new DomainError('not-found', `${what}.not_found`, `There is no ${what} with id ${id}.`);
  }
}

/** How an outside provider failed, and so what may be done about it. */
export type ProviderFailure = 'transient' | 'rate-limited' | 'auth-revoked' | 'rejected' | 'unknown-outcome';

/**
 * A provider's failure, classified once at its adapter.
 * `unknown-outcome`: the request may have had its effect (the connection broke after it was sent).
 */
export class ProviderError extends Error {
  constructor(
    readonly provider: string,
    readonly failure: ProviderFailure,
    message: string,
    readonly details: {
      status?: number;
      code?: string;
      title?: string;
      retryAfterMs?: number;
      raw?: unknown;
    } = {},
  ) {
    super(message);
    this.name = 'ProviderError';
  }

  get retryable(): boolean {
    return (
      this.failure === 'transient' || this.failure === 'rate-limited' || this.failure === 'unknown-outcome'
    );
  }
}
