import { type Problem, ProblemError } from './problem.js';

export interface ClientOptions {
  /** Where the API is, such as `https://api.example.com`; no trailing path. */
  readonly baseUrl: string;
  /** An access token or an API key; a function is asked before every request, so that it may refresh one. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>);
  /** Further tries after 429, 503 or a broken connection; 2 when absent. */
  readonly retries?: number;
  /** The longest wait for `Retry-After`, in milliseconds; 60 000 when absent. A longer one is not waited for. */
  readonly longestWaitMs?: number;
  readonly fetch?: typeof fetch;
  /** Waits between tries; tests put their own in. */
  readonly sleep?: (ms: number) => Promise<void>;
}

export interface CallOptions {
  /** The version (or ETag) you read: the write is refused with 412 when somebody has changed the row since. */
  readonly ifMatch?: number | string;
  /** Makes a retry of your own safe. Without one a key is made for every call, so that the client's retries are. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly answer: 'json' | 'text' | 'bytes' | 'nothing';
  readonly idempotent?: boolean;
}

type Scalar = string | number | boolean | null | undefined;

interface CallInput {
  readonly path?: Readonly<Record<string, Scalar>>;
  readonly query?: Readonly<Record<string, Scalar | readonly Scalar[]>>;
  readonly body?: unknown;
}

const SAFE = ['GET', 'PUT', 'DELETE'];
const TRY_AGAIN = [429, 503];

/** What all operations share: the address, who is asking, retries, and refusals as `ProblemError`. */
export class Client {
  constructor(private readonly options: ClientOptions) {}

  /** @throws ProblemError when the API refuses; what fetch throws when it cannot be reached. */
  protected async call<T>(route: Route, input: object, options: CallOptions): Promise<T> {
    const { path = {}, query = {}, body } = input as CallInput;
    const url = new URL(fill(route.path, path), this.options.baseUrl);
    for (const [name, value] of Object.entries(query))
      for (const one of [value].flat())
        if (one !== undefined && one !== null) url.searchParams.append(name, String(one));
    const headers = new Headers(options.headers);
    if (body !== undefined) headers.set('content-type', 'application/json');
    if (options.ifMatch !== undefined) headers.set('if-match', etagOf(options.ifMatch));
    // One key for all tries of a call: a try whose answer was lost has its effect once.
    if (route.idempotent) headers.set('idempotency-key', options.idempotencyKey ?? crypto.randomUUID());
    const request = {
      method: route.method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    };
    const repeatable = route.idempotent === true || SAFE.includes(route.method);
    return read<T>(route, await this.send(url, request, repeatable));
  }

  private async send(
    url: URL,
    request: RequestInit & { headers: Headers },
    repeatable: boolean,
  ): Promise<Response> {
    const { retries = 2, longestWaitMs = 60_000, sleep = pause } = this.options;
    for (let tries = 0; ; tries += 1) {
      const token = await this.token();
      if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
      let wait = 500 * 2 ** tries;
      try {
        const response = await (this.options.fetch ?? fetch)(url, request);
        // 429 is said before anything was done; after 503 something may have been.
        const again = response.status === 429 || (repeatable && TRY_AGAIN.includes(response.status));
        if (!again || tries >= retries) return response;
        wait = retryAfterOf(response) ?? wait;
        if (wait > longestWaitMs) return response;
        await response.body?.cancel();
      } catch (error) {
        if (!repeatable || tries >= retries || request.signal?.aborted) throw error;
      }
      await sleep(wait);
      request.signal?.throwIfAborted();
    }
  }

  private async token(): Promise<string | undefined> {
    const { token } = this.options;
    return typeof token === 'function' ? token() : token;
  }
}

/**
 * Every row of a list, page by page: `for await (const service of iterate((page) => api.listServices({ query: page })))`.
 * Break off whenever you like: a page is read when its first row is asked for.
 */
export async function* iterate<T extends { id: string }>(
  list: (page: { startingAfter?: string }) => Promise<{ data: readonly T[]; hasMore: boolean }>,
): AsyncGenerator<T, void, undefined> {
  let page: { startingAfter?: string } = {};
  for (;;) {
    const { data, hasMore } = await list(page);
    yield* data;
    const last = data.at(-1);
    if (!hasMore || last === undefined) return;
    page = { startingAfter: last.id };
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

const fill = (path: string, values: Readonly<Record<string, Scalar>>): string =>
  path.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const value = values[name];
    // An empty or dotted segment would be another route.
    if (value === undefined || value === null || /^\.{0,2}$/.test(String(value)))
      throw new TypeError(`path.${name} is missing`);
    return encodeURIComponent(String(value));
  });

const etagOf = (version: number | string): string =>
  typeof version === 'number' || /^\d+$/.test(version) ? `"${version}"` : version;

/** Milliseconds; undefined when there is no such header or it says nothing. */
const retryAfterOf = (response: Response): number | undefined => {
  const text = response.headers.get('retry-after');
  if (text === null) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
};

const read = async <T>(route: Route, response: Response): Promise<T> => {
  if (!response.ok) throw await problemOf(response);
  if (route.answer === 'bytes') return new Uint8Array(await response.arrayBuffer()) as T;
  const text = await response.text();
  if (text === '' || route.answer === 'nothing') return undefined as T;
  return (route.answer === 'json' ? JSON.parse(text) : text) as T;
};

/** Also of what stands before the API, such as a proxy, and speaks no problem+json. */
const problemOf = async (response: Response): Promise<ProblemError> => {
  const text = await response.text();
  const wait = retryAfterOf(response);
  const seconds = wait === undefined ? undefined : Math.ceil(wait / 1000);
  const told = parsed(text);
  if (told !== undefined) return new ProblemError(told, seconds);
  const problem: Problem = {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    code: `http.status_${response.status}`,
    detail: text.slice(0, 500) || `The API answered ${response.status}.`,
    traceId: response.headers.get('x-request-id') ?? '',
  };
  return new ProblemError(problem, seconds);
};

const parsed = (text: string): Problem | undefined => {
  try {
    const value = JSON.parse(text) as Partial<Problem> | null;
    return typeof value?.code === 'string' && typeof value.status === 'number'
      ? (value as Problem)
      : undefined;
  } catch {
    return undefined;
  }
};
