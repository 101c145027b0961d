import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Dispatcher, request } from 'undici';
import { ProviderError } from '#libs/kernel';
import { ListRejected } from './parsers/index.js';

export interface DownloadOptions {
  readonly timeoutMs: number;
  /** How long the first byte may take. */
  readonly firstByteMs: number;
  /** How long nothing may come after it. */
  readonly stallMs: number;
  readonly maxBytes: number;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly onBytes?: (bytes: number) => void;
  /** Ends the download, such as when another file of the list could not be had. */
  readonly signal?: AbortSignal;
  /** Of the connections; for tests, whose certificates nobody knows. */
  readonly dispatcher?: Dispatcher;
}

export interface Downloaded {
  readonly sha256: string;
  readonly bytes: number;
  /**
   * Whether the answer said where it ends: by its length, in chunks, or as gzip. One that does not ends when the connection does, whoever closed
   * it (RFC 9112, 6.3 and 8).
   */
  readonly delimited: boolean;
  readonly etag?: string;
  readonly lastModified?: string;
}

const PROVIDER = 'sanctions-list';
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 5;

/**
 * Fetches a file of a list to `path`; null when it has not changed (304). What is compressed on the way is unpacked here, and not by
 * `fetch`, which takes half a gzip file for a whole one; it is counted as it is unpacked. Errors: `ProviderError`; `ListRejected` when it
 * is too large.
 */
export const download = async (
  url: string,
  path: string,
  options: DownloadOptions,
): Promise<Downloaded | null> => {
  const stop = new AbortController();
  const total = setTimeout(() => stop.abort(new Error('kyb.list_timeout')), options.timeoutMs);
  let stall = setTimeout(() => stop.abort(new Error('kyb.list_no_answer')), options.firstByteMs);
  const file = createWriteStream(path, { mode: 0o600 });
  let broken = null as Error | null;
  // Also when nobody awaits it: an error without a listener ends the process.
  file.on('error', (error) => (broken = error));
  try {
    const signal = options.signal ? AbortSignal.any([stop.signal, options.signal]) : stop.signal;
    const answer = await follow(url, options, signal);
    const header = (name: string): string | undefined => {
      const value = answer.headers[name];
      return Array.isArray(value) ? value[0] : value;
    };
    if (answer.statusCode === 304) return null;
    if (answer.statusCode < 200 || answer.statusCode > 299) throw failureOf(answer.statusCode);
    const hash = createHash('sha256');
    let [came, bytes] = [0, 0];
    const counted = async function* (pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const piece of pieces) {
        if (came > 0) stall.refresh();
        else {
          clearTimeout(stall);
          stall = setTimeout(() => stop.abort(new Error('kyb.list_stalled')), options.stallMs);
        }
        came += piece.byteLength;
        yield piece;
      }
    };
    const measured = async function* (pieces: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
      for await (const each of pieces) {
        const piece = each as Buffer;
        bytes += piece.byteLength;
        if (bytes > options.maxBytes)
          throw new ListRejected('kyb.list_too_large', `The file has more than ${options.maxBytes} bytes.`);
        hash.update(piece);
        options.onBytes?.(bytes);
        yield piece;
      }
    };
    await pipeline(answer.body, counted, unpacked(header('content-encoding')), measured, file);
    const promised = Number(header('content-length') ?? Number.NaN);
    if (Number.isFinite(promised) && promised !== came) throw cutOff();
    const [etag, lastModified] = [header('etag'), header('last-modified')];
    return {
      sha256: hash.digest('hex'),
      bytes,
      delimited:
        Number.isFinite(promised) ||
        /\bchunked\b/i.test(header('transfer-encoding') ?? '') ||
        /gzip/i.test(header('content-encoding') ?? ''),
      ...(etag ? { etag } : {}),
      ...(lastModified ? { lastModified } : {}),
    };
  } catch (error) {
    if (error instanceof ProviderError || error instanceof ListRejected) throw error;
    // A full disk is no fault of the list, and asking again does not empty it.
    if (broken) throw broken;
    if (String((error as { code?: unknown } | null)?.code).startsWith('Z_')) throw cutOff();
    const reason: unknown = stop.signal.reason;
    const code = stop.signal.aborted && reason instanceof Error ? reason.message : 'kyb.list_unreachable';
    throw new ProviderError(PROVIDER, 'transient', `The list could not be fetched (${code}).`, { code });
  } finally {
    clearTimeout(total);
    clearTimeout(stall);
    stop.abort();
    if (!file.closed) await new Promise<void>((done) => file.once('close', () => done()).destroy());
  }
};

const follow = async (
  url: string,
  { etag, lastModified, dispatcher }: DownloadOptions,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> => {
  let at = new URL(url);
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const answer = await request(at, {
      signal,
      ...(dispatcher ? { dispatcher } : {}),
      // The timers are those of the download.
      headersTimeout: 0,
      bodyTimeout: 0,
      headers: {
        'user-agent': 'Frontdesk/1.0 (sanctions screening)',
        accept: 'text/csv, application/xml, text/xml, */*;q=0.1',
        'accept-encoding': 'gzip',
        ...(etag ? { 'if-none-match': etag } : {}),
        ...(lastModified ? { 'if-modified-since': lastModified } : {}),
      },
    });
    if (!REDIRECTS.has(answer.statusCode)) return answer;
    await answer.body.dump();
    at = redirected(at, answer.headers.location);
  }
  throw new ProviderError(PROVIDER, 'rejected', `The list is more than ${MOST_REDIRECTS} redirects away.`, {
    code: 'kyb.list_redirects',
  });
};

/** Where a redirect leads. What was asked for over TLS is not taken without: anybody on the way could write the list. */
const redirected = (from: URL, location: string | string[] | undefined): URL => {
  const to =
    typeof location === 'string' && URL.canParse(location, from.href) ? new URL(location, from.href) : null;
  if (to?.protocol === 'https:' || (to?.protocol === 'http:' && from.protocol === 'http:')) return to;
  throw new ProviderError(PROVIDER, 'rejected', 'The list is redirected to where it is not fetched from.', {
    code: to?.protocol === 'http:' ? 'kyb.list_insecure_redirect' : 'kyb.list_redirects',
  });
};

/** Error of the stream when the end is missing: `Z_BUF_ERROR`. */
const unpacked = (encoding: string | undefined): NodeJS.ReadWriteStream => {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity') return new PassThrough();
  if (name === 'gzip' || name === 'x-gzip') return createGunzip();
  throw new ProviderError(PROVIDER, 'rejected', 'The list is compressed in a way that was not asked for.', {
    code: 'kyb.list_encoding',
  });
};

const cutOff = (): ProviderError =>
  new ProviderError(PROVIDER, 'transient', 'The file was cut off on its way.', { code: 'kyb.list_cut_off' });

const failureOf = (status: number): ProviderError => {
  const failure =
    status === 429
      ? 'rate-limited'
      : status >= 500
        ? 'transient'
        : status === 401 || status === 403
          ? 'auth-revoked'
          : 'rejected';
  return new ProviderError(PROVIDER, failure, `The list was answered with ${status}.`, {
    status,
    code: `kyb.list_http_${status}`,
  });
};
