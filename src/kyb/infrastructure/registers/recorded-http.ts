import type { Clock } from '#libs/kernel';
import type { Exchange } from '../../domain/register.js';

const LARGEST_ANSWER = 4_000_000;

export interface RecordedRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks, and keeps what went over the wire. What goes wrong is in the exchange (`failure`), never thrown. */
export const exchange = async (
  { method, url, headers, body }: RecordedRequest,
  { timeoutMs, clock }: { timeoutMs: number; clock: Clock },
): Promise<Exchange> => {
  const sentAt = clock.now();
  const asked = {
    method,
    url,
    requestHeaders: headers,
    requestBody: body === undefined ? null : Buffer.from(body, 'utf8'),
    sentAt,
  };
  const none = { status: null, responseHeaders: {}, responseBody: null };
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await fetch(url, {
      method,
      headers: { 'user-agent': 'Frontdesk/1.0 (counterparty checks)', ...headers },
      redirect: 'error',
      signal,
      ...(body === undefined ? {} : { body }),
    });
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
      size += piece.byteLength;
      if (size > LARGEST_ANSWER)
        return { ...asked, ...none, answeredAt: clock.now(), failure: 'net.answer_too_large' };
      pieces.push(piece);
    }
    return {
      ...asked,
      status: answer.status,
      responseHeaders: Object.fromEntries(answer.headers),
      responseBody: Buffer.concat(pieces),
      answeredAt: clock.now(),
      failure: null,
    };
  } catch {
    return {
      ...asked,
      ...none,
      answeredAt: null,
      failure: signal.aborted ? 'net.timeout' : 'net.connect_failed',
    };
  }
};

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110, 10.2.3); null when there is none. */
export const retryAfterOf = ({ responseHeaders }: Exchange, now: Date): number | null => {
  const text = responseHeaders['retry-after'];
  if (!text) return null;
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
};

export const textOf = ({ responseBody }: Exchange): string => responseBody?.toString('utf8') ?? '';

/** The answer as a JSON object; null when it is none. */
export const jsonOf = (of: Exchange): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(textOf(of));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
};
