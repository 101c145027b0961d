import { ProviderError } from '#libs/kernel';
import { DateTime } from 'luxon';
import type { OutgoingResponse } from './outgoing-http.js';

/** What a status says of the call: null for 2xx. 429 `rate-limited`; 408, 425 and 5xx `transient`; the rest `rejected`. */
export const failureOf = (
  { status, headers }: Pick<OutgoingResponse, 'status' | 'headers'>,
  now: Date,
): ProviderError | null => {
  if (status >= 200 && status < 300) return null;
  const retryAfterMs = retryAfter(headers['retry-after'], now);
  const failure =
    status === 429
      ? 'rate-limited'
      : status >= 500 || status === 408 || status === 425
        ? 'transient'
        : 'rejected';
  return new ProviderError('outgoing', failure, `The answer was ${status}.`, {
    status,
    code: 'net.status',
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  });
};

/** Milliseconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or a date); null when absent or malformed. */
export const retryAfter = (header: string | undefined, now: Date): number | null => {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const at = DateTime.fromHTTP(header.trim());
  return at.isValid ? Math.max(0, at.toMillis() - now.getTime()) : null;
};
