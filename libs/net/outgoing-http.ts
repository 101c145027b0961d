import { Client, type Dispatcher } from 'undici';
import { guardedConnector } from './guarded-connector.js';
import { classify, netError, RefusedByGuard } from './net-errors.js';
import type { ResolveHost } from './resolver.js';
import { checkUrl, type OutgoingPolicy, urlRefusal } from './url-policy.js';

export interface OutgoingRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST';
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Redirects to follow, of GET and HEAD only; each hop is checked as the first. 0 (default): a 3xx is the answer. */
  readonly redirects?: number;
  /** Milliseconds for the whole call, redirects included; the setting when absent. */
  readonly timeoutMs?: number;
  /** Bytes of the answer's body; the setting when absent. */
  readonly maxResponseBytes?: number;
  /** `refuse` (default): a larger body is an error. `cut`: the rest is not read. */
  readonly oversize?: 'refuse' | 'cut';
}

export interface OutgoingResponse {
  readonly status: number;
  /** Names in lower case; several of one name joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** More came than was read. */
  readonly cut: boolean;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  /** The address that was checked and connected to. */
  readonly address: string;
}

export interface OutgoingOptions {
  readonly policy: OutgoingPolicy;
  readonly resolve: ResolveHost;
  readonly connectTimeoutMs: number;
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly ca?: string;
}

const FOLLOWED = new Set([301, 302, 303, 307, 308]);
const MAX_HEADER_BYTES = 16_384;
/** Not for whoever a redirect names. */
const OWN = new Set(['authorization', 'cookie', 'proxy-authorization']);

/**
 * Calls URLs that a tenant gave, and nothing inside our own network with them (ADR 0011). Every call has connections of its
 * own: each is checked, none outlives what was checked, and no slow receiver holds another's. No proxy is taken from the
 * environment. Errors: `RefusedByGuard`, and ProviderError with a `net.…` code; a status is no error, see `failureOf`.
 */
export class OutgoingHttp {
  constructor(private readonly options: OutgoingOptions) {}

  /** Refuses at once what could never be called; for validation of input. No look-up. Errors: see `UrlRefusal` (422). */
  checkUrl(text: string, pointer: string): URL {
    return checkUrl(text, pointer, this.options.policy);
  }

  async request(target: string, request: OutgoingRequest = {}): Promise<OutgoingResponse> {
    const signal = AbortSignal.timeout(request.timeoutMs ?? this.options.timeoutMs);
    let url = this.allowed(target);
    let headers = request.headers ?? {};
    for (let left = request.redirects ?? 0; ; left -= 1) {
      const answer = await this.hop(url, { ...request, headers }, signal);
      const next = FOLLOWED.has(answer.status) ? answer.headers['location'] : undefined;
      if (next === undefined || !request.redirects || (request.method ?? 'GET') === 'POST') return answer;
      if (left === 0) throw netError('rejected', 'net.too_many_redirects', 'There were too many redirects.');
      if (!URL.canParse(next, url.href))
        throw netError('rejected', 'net.answer_invalid', 'The redirect names no URL.');
      const following = this.allowed(new URL(next, url.href).href);
      if (url.protocol === 'https:' && following.protocol !== 'https:')
        throw new RefusedByGuard('net.scheme_refused', 'The redirect leads from https to http.');
      if (following.origin !== url.origin)
        headers = Object.fromEntries(
          Object.entries(headers).filter(([name]) => !OWN.has(name.toLowerCase())),
        );
      url = following;
    }
  }

  private allowed(text: string): URL {
    const refusal = urlRefusal(text, this.options.policy);
    if (refusal) throw new RefusedByGuard(refusal.code, refusal.detail);
    return new URL(text);
  }

  private async hop(url: URL, request: OutgoingRequest, signal: AbortSignal): Promise<OutgoingResponse> {
    let address = '';
    const client = new Client(url.origin, {
      connect: guardedConnector({ ...this.options, signal, onConnected: (at) => (address = at) }),
      // The signal is the shorter one; these hold should it be lost.
      headersTimeout: request.timeoutMs ?? this.options.timeoutMs,
      bodyTimeout: request.timeoutMs ?? this.options.timeoutMs,
      maxHeaderSize: MAX_HEADER_BYTES,
      pipelining: 0,
      allowH2: false,
    });
    try {
      const answer = await client.request({
        path: `${url.pathname}${url.search}`,
        method: request.method ?? 'GET',
        headers: { 'accept-encoding': 'identity', ...request.headers },
        body: request.body ?? null,
        signal,
      });
      const limit = request.maxResponseBytes ?? this.options.maxResponseBytes;
      const { body, cut } = await read(answer.body, limit);
      if (cut && request.oversize !== 'cut')
        throw netError('rejected', 'net.answer_too_large', `The answer is larger than ${limit} bytes.`);
      return { status: answer.statusCode, headers: flat(answer.headers), body, cut, url, address };
    } catch (error) {
      throw classify(error, address !== '');
    } finally {
      await client.destroy().catch(() => undefined);
    }
  }
}

const read = async (
  body: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ body: Buffer; cut: boolean }> => {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    parts.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > limit) return { body: Buffer.concat(parts).subarray(0, limit), cut: true };
  }
  return { body: Buffer.concat(parts), cut: false };
};

const flat = (headers: Dispatcher.ResponseData['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
