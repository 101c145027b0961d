import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
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
}

export interface Downloaded {
  readonly sha256: string;
  readonly bytes: number;
  readonly etag?: string;
  readonly lastModified?: string;
}

const PROVIDER = 'sanctions-list';

/**
 * Fetches a file of a list to `path`; null when it has not changed (304). What is compressed on the way is unpacked, and counted as it
 * is unpacked. Errors: `ProviderError`; `ListRejected` when it is too large.
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
  file.on('error', (error) => {
    broken = error;
    stop.abort(error);
  });
  try {
    const answer = await fetch(url, {
      redirect: 'follow',
      signal: options.signal ? AbortSignal.any([stop.signal, options.signal]) : stop.signal,
      headers: {
        'user-agent': 'Frontdesk/1.0 (sanctions screening)',
        accept: 'text/csv, application/xml, text/xml, */*;q=0.1',
        ...(options.etag ? { 'if-none-match': options.etag } : {}),
        ...(options.lastModified ? { 'if-modified-since': options.lastModified } : {}),
      },
    });
    if (answer.status === 304) return null;
    if (!answer.ok || !answer.body) throw failureOf(answer);
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const piece of answer.body as AsyncIterable<Uint8Array>) {
      clearTimeout(stall);
      stall = setTimeout(() => stop.abort(new Error('kyb.list_stalled')), options.stallMs);
      bytes += piece.byteLength;
      if (bytes > options.maxBytes)
        throw new ListRejected('kyb.list_too_large', `The file has more than ${options.maxBytes} bytes.`);
      hash.update(piece);
      if (!file.write(piece)) await once(file, 'drain');
      options.onBytes?.(bytes);
    }
    const encoded = answer.headers.has('content-encoding');
    const promised = Number(answer.headers.get('content-length') ?? Number.NaN);
    if (!encoded && Number.isFinite(promised) && promised !== bytes)
      throw new ProviderError(PROVIDER, 'transient', 'The file was cut off on its way.', {
        code: 'kyb.list_cut_off',
      });
    await new Promise<void>((done) => file.end(() => done()));
    if (broken) throw broken;
    const [etag, lastModified] = [answer.headers.get('etag'), answer.headers.get('last-modified')];
    return {
      sha256: hash.digest('hex'),
      bytes,
      ...(etag ? { etag } : {}),
      ...(lastModified ? { lastModified } : {}),
    };
  } catch (error) {
    if (error instanceof ProviderError || error instanceof ListRejected) throw error;
    // A full disk is no fault of the list, and asking again does not empty it.
    if (broken) throw broken;
    const reason: unknown = stop.signal.reason;
    const code = stop.signal.aborted && reason instanceof Error ? reason.message : 'kyb.list_unreachable';
    throw new ProviderError(PROVIDER, 'transient', `The list could not be fetched (${code}).`, { code });
  } finally {
    clearTimeout(total);
    clearTimeout(stall);
    stop.abort();
    await new Promise((done) => file.end(done));
  }
};

const failureOf = (answer: Response): ProviderError => {
  const { status } = answer;
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
