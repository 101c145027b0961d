import { setTimeout as wait } from 'node:timers/promises';
import { APIError, OpenAI } from 'openai';
import pRetry, { AbortError } from 'p-retry';
import type { ProviderError } from '#libs/kernel';
import { ChatModel, type ModelReply, type ModelRequest } from '../../../domain/chat-model.js';
import { errorOf } from './openai-errors.js';
import { bodyOf, replyOf, type Quirk } from './openai-mapping.js';

export interface OpenAiOptions {
  readonly apiKey: string;
  /** `https://api.openai.com/v1`, `https://openrouter.ai/api/v1`, or any server that speaks the same. */
  readonly baseUrl: string;
  /** For one attempt; 30 s when absent. */
  readonly timeoutMs?: number;
  /** Attempts at a request, the first one included; 3 when absent. */
  readonly attempts?: number;
  /** Before the second attempt; it doubles from there, each with jitter up to twice. 500 ms when absent. */
  readonly baseDelayMs?: number;
  /** No attempt starts later, and none lasts longer; 60 s when absent. */
  readonly maxElapsedMs?: number;
  /** How long a `probe()` is believed; 30 s when absent. */
  readonly probeCacheMs?: number;
  readonly fetch?: typeof fetch;
}

type Reachability = 'connected' | 'error';

const PROBE_TIMEOUT_MS = 5000;

/** Chat completions of OpenAI, and of what speaks the same protocol, with retries of its own. */
export class OpenAiModel extends ChatModel {
  readonly mode = 'remote';

  private readonly client: OpenAI;
  private readonly limits: { timeoutMs: number; attempts: number; baseDelayMs: number; maxElapsedMs: number };
  private readonly quirks = new Map<string, Set<Quirk>>();
  private probed: { at: number; result: Promise<Reachability> } | undefined;

  constructor(private readonly options: OpenAiOptions) {
    super();
    const { timeoutMs = 30_000, attempts = 3, baseDelayMs = 500, maxElapsedMs = 60_000 } = options;
    this.limits = { timeoutMs, attempts, baseDelayMs, maxElapsedMs };
    this.client = new OpenAI({
      apiKey: options.apiKey,
      baseURL: options.baseUrl,
      timeout: timeoutMs,
      maxRetries: 0,
      logLevel: 'off',
      // What the SDK would otherwise read from the environment.
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      ...(options.fetch ? { fetch: options.fetch } : {}),
    });
  }

  async complete(request: ModelRequest): Promise<ModelReply> {
    const startedAt = performance.now();
    const remaining = (): number => this.limits.maxElapsedMs - (performance.now() - startedAt);
    let failure: ProviderError | undefined;
    const attempt = async (): Promise<ModelReply> => {
      try {
        return await this.attempt(
          request,
          Math.ceil(Math.max(1, Math.min(this.limits.timeoutMs, remaining()))),
        );
      } catch (error) {
        failure = errorOf(error, { cancelled: request.signal?.aborted ?? false });
        throw failure.retryable && failure.details.code !== 'cancelled' ? failure : new AbortError(failure);
      }
    };
    try {
      return await pRetry(attempt, {
        retries: this.limits.attempts - 1,
        minTimeout: this.limits.baseDelayMs,
        randomize: true,
        ...(request.signal ? { signal: request.signal } : {}),
        onFailedAttempt: async (error) => {
          const pause = failure?.details.retryAfterMs ?? 0;
          // The back-off that follows is at least the base delay; what cannot start in time is left to the caller's queue.
          if (error.retriesLeft === 0 || pause + this.limits.baseDelayMs >= remaining()) throw error;
          if (pause > 0) await wait(pause, undefined, request.signal ? { signal: request.signal } : {});
        },
      });
    } catch (error) {
      const cancelled = request.signal?.aborted ?? false;
      throw cancelled || !failure ? errorOf(error, { cancelled }) : failure;
    }
  }

  /** `GET /models`, within 5 s; asked once however many ask at a time. */
  async probe(): Promise<Reachability> {
    const now = performance.now();
    if (!this.probed || now - this.probed.at >= (this.options.probeCacheMs ?? 30_000)) {
      this.probed = { at: now, result: this.reach() };
    }
    return this.probed.result;
  }

  private async reach(): Promise<Reachability> {
    try {
      const answer = await this.client.models
        .list({ signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) })
        .asResponse();
      await answer.body?.cancel();
      return 'connected';
    } catch {
      return 'error';
    }
  }

  private async attempt(request: ModelRequest, timeoutMs: number): Promise<ModelReply> {
    const quirks = this.quirksOf(request.model);
    const body = bodyOf(request, quirks);
    // The SDK's own timeout ends with the headers; a body that stalls needs this one.
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
    try {
      return replyOf(await this.client.chat.completions.create(body, { signal }), body);
    } catch (error) {
      const quirk = quirkBehind(error);
      if (quirk === undefined || quirks.has(quirk)) throw error;
      quirks.add(quirk);
      return this.attempt(request, timeoutMs);
    }
  }

  private quirksOf(model: string): Set<Quirk> {
    const known = this.quirks.get(model) ?? new Set<Quirk>();
    this.quirks.set(model, known);
    return known;
  }
}

const QUIRKS: readonly Quirk[] = ['temperature', 'max_completion_tokens'];

const NOT_TAKEN =
  /unsupported|unrecogni[sz]ed|unknown|unexpected|not (?:permitted|supported|allowed)|does not support|extra/i;

/** The parameter that a 400 or 422 does not take at all, where it is one that can do without (not: a value out of range). */
const quirkBehind = (error: unknown): Quirk | undefined => {
  if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return undefined;
  if (!NOT_TAKEN.test(`${error.code ?? ''} ${error.message}`)) return undefined;
  return QUIRKS.find((quirk) => error.param === quirk || new RegExp(`\\b${quirk}\\b`).test(error.message));
};
