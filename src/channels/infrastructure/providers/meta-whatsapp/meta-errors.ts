import { ProviderError, type ProviderFailure } from '#libs/kernel';
import { compact, listOf, numberOf, recordOf, recordsOf, textOf, type JsonRecord } from './lenient-json.js';
import table from './meta-error-codes.json' with { type: 'json' };

export const PROVIDER = 'meta-whatsapp';

interface KnownCode {
  readonly failure: ProviderFailure;
  readonly meaning: string;
}

const KNOWN = new Map<number, KnownCode>();
for (const failure of ['rejected', 'transient', 'auth-revoked', 'rate-limited'] as const) {
  for (const [codes, meaning] of Object.entries(table[failure])) {
    const [first = Number.NaN, last = first] = codes.split('-').map(Number);
    for (let code = first; code <= last; code += 1) KNOWN.set(code, { failure, meaning });
  }
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** `Retry-After` in seconds, or as a date measured against the answer's own `Date`: no clock of ours is involved. */
const retryAfterOf = (headers: Headers): number | undefined => {
  const given = headers.get('retry-after');
  if (given === null) return undefined;
  const seconds = numberOf(given);
  if (seconds !== undefined) return seconds >= 0 ? Math.ceil(seconds * SECOND_MS) : undefined;
  const wait = Date.parse(given) - Date.parse(headers.get('date') ?? '');
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
};

/** Meta's own hint: `{ "<account>": [{ "estimated_time_to_regain_access": minutes }] }`. */
const regainAccessOf = (headers: Headers): number | undefined => {
  let usage: unknown;
  try {
    usage = JSON.parse(headers.get('x-business-use-case-usage') ?? 'null');
  } catch {
    return undefined;
  }
  const minutes = Object.values(recordOf(usage) ?? {})
    .flatMap((limits) => recordsOf(limits))
    .map((limit) => numberOf(limit.estimated_time_to_regain_access) ?? 0);
  const longest = Math.max(0, ...minutes);
  return longest > 0 ? longest * MINUTE_MS : undefined;
};

/** What may be done about an error answer; the first rule that applies decides. */
const failureOf = (status: number, error: JsonRecord): ProviderFailure => {
  const known = KNOWN.get(numberOf(error.code) ?? Number.NaN)?.failure;
  if (known === 'rate-limited' || status === 429) return 'rate-limited';
  if (known === 'auth-revoked' || status === 401) return 'auth-revoked';
  if (known === 'transient' || status >= 500 || status === 408 || error.is_transient === true)
    return 'transient';
  if (known === undefined && status === 403) return 'auth-revoked';
  return 'rejected';
};

/** Classifies an answer other than 2xx. `body` is whatever came: Meta's `{ error }`, or a proxy's page. */
export const errorOfAnswer = (status: number, headers: Headers, body: unknown): ProviderError => {
  const error = recordOf(recordOf(body)?.error) ?? {};
  const code = textOf(error.code);
  const meaning = KNOWN.get(numberOf(error.code) ?? Number.NaN)?.meaning;
  const message = textOf(error.message)?.replace(/^\(#\d+\)\s*/, '');
  const title = textOf(error.error_user_title) ?? message ?? meaning ?? `HTTP ${status}`;
  const detail = textOf(recordOf(error.error_data)?.details) ?? textOf(error.error_user_msg);
  const failure = failureOf(status, error);
  const retryAfterMs =
    failure === 'rate-limited' ? (retryAfterOf(headers) ?? regainAccessOf(headers)) : retryAfterOf(headers);
  return new ProviderError(
    PROVIDER,
    failure,
    `Meta answered ${status}${code === undefined ? '' : ` (code ${code})`}: ${detail ?? title}`,
    compact({ status, code: code ?? `http_${status}`, title, retryAfterMs, raw: recordOf(body) }),
  );
};

export const rejectedLocally = (code: string, title: string): ProviderError =>
  new ProviderError(PROVIDER, 'rejected', title, { code, title });

/** Faults before a byte of the request was sent: name resolution, connecting, TLS. */
const NOT_SENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_\w+|ERR_SSL_\w+|EPROTO|CERT_\w+|\w*_CERT\w*|UNABLE_TO_\w+|SELF_SIGNED_\w+)$/;

interface Fault {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/**
 * The faults behind "fetch failed", outermost first: the chain of causes, and of an AggregateError one a network address.
 * By shape, not by class: what Node's own code throws has another `Error` inside a test runner or a worker.
 */
const faultsOf = (error: unknown): Fault[] => {
  const given = recordOf(error);
  if (!given) return [];
  const { name, code, message, cause, errors } = given;
  const fault = {
    name: textOf(name) ?? '',
    code: typeof code === 'string' ? code : '',
    message: textOf(message) ?? '',
  };
  return [fault, ...[cause, ...listOf(errors)].flatMap(faultsOf)];
};

/**
 * Classifies a request without an answer. Only where it is certain that nothing was sent may it simply be sent again;
 * otherwise the message may have gone out.
 */
export const errorOfConnection = (error: unknown): ProviderError => {
  const faults = faultsOf(error);
  const outermost = faults[0];
  const coded = faults.filter((fault) => fault.code !== '');
  // `fetch` wraps what went wrong on the wire in a cause; without one it did not like the request (a token with a newline).
  const malformed = faults.length === 1 || coded.some((fault) => fault.code === 'ERR_INVALID_URL');
  if (outermost?.name === 'TypeError' && malformed) {
    return rejectedLocally('invalid_request', 'The URL or a header of the request to Meta is malformed.');
  }
  const notSent =
    (coded.length > 0 && coded.every((fault) => NOT_SENT.test(fault.code))) ||
    faults.some((fault) => fault.message.includes('before secure TLS connection was established'));
  const code = outermost?.name === 'TimeoutError' ? 'timeout' : (coded.at(-1)?.code ?? 'connection');
  return notSent
    ? new ProviderError(PROVIDER, 'transient', `Meta could not be reached (${code}); nothing was sent`, {
        code,
      })
    : new ProviderError(
        PROVIDER,
        'unknown-outcome',
        `No answer from Meta (${code}); the message may have been sent`,
        {
          code,
        },
      );
};
