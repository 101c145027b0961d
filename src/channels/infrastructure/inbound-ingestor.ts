import { Injectable, Logger } from '@nestjs/common';
import { isDependencyDown } from '#libs/http';
import { Clock, DomainError, newId } from '#libs/kernel';
import { RelaySignal } from '#libs/messaging';
import { SystemFunctions } from '#libs/persistence';
import type { ChannelProvider } from '#contracts/channels';
import type { InboundItem } from '../domain/inbound.js';
import { ChannelMetrics } from './channel-metrics.js';
import { type InboundRow, InboundSealer } from './inbound-sealer.js';

export type IngestOutcome = 'stored' | 'duplicate' | 'unrouted';

interface Waiting {
  readonly rows: readonly InboundRow[];
  readonly resolve: (outcomes: IngestOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Stored {
  readonly i: number;
  readonly outcome: IngestOutcome;
}

interface Moved {
  readonly i: number;
  readonly outcome: 'moved';
}

const isMoved = (result: Stored | Moved): boolean => result.outcome === 'moved';

const MOST_MOVES = 3;
const MOST_ROWS = 500;
/** Rows that may wait for the batch before theirs. What comes on top is refused at once: the provider comes again. */
const MOST_WAITING = 10_000;
/** Longest that a batch may take: a provider does not wait longer for an answer than about this. */
const PATIENCE_MS = 8_000;

/**
 * Stores what providers send, before anything else happens to it. Group commit: what arrives while one batch is being
 * written goes into the next, so that a burst of webhooks shares commits; each call answers when its own rows are durable.
 */
@Injectable()
export class InboundIngestor {
  private readonly logger = new Logger(InboundIngestor.name);
  private waiting: Waiting[] = [];
  private waitingRows = 0;
  private writing = false;

  constructor(
    private readonly system: SystemFunctions,
    private readonly signal: RelaySignal,
    private readonly clock: Clock,
    private readonly metrics: ChannelMetrics,
    private readonly sealer: InboundSealer,
  ) {}

  /**
   * Answers one outcome an item, in order. All items of a call are stored, or none.
   * Error: `http.unavailable` (503) when they cannot be stored; the provider is expected to come again.
   */
  ingest(
    provider: ChannelProvider,
    items: readonly InboundItem[],
    traceId: string,
  ): Promise<IngestOutcome[]> {
    if (items.length === 0) return Promise.resolve([]);
    if (this.waitingRows > 0 && this.waitingRows + items.length > MOST_WAITING)
      return Promise.reject(this.unavailable(new Error(`${this.waitingRows} events wait to be stored`)));
    const receivedAt = this.clock.now().toISOString();
    const rows = items.map((item) => ({
      provider,
      account: item.account,
      fallback: item.fallbackAccount ?? null,
      external_id: item.externalId,
      kind: item.kind,
      lane: item.lane,
      payload: item.payload,
      trace_id: traceId,
      received_at: receivedAt,
      event_id: newId(),
      outbox_id: newId(),
    }));
    return new Promise((resolve, reject) => {
      this.waiting.push({ rows, resolve, reject });
      this.waitingRows += rows.length;
      if (!this.writing) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) await this.writeBatch(this.takeBatch());
    this.writing = false;
  }

  private takeBatch(): Waiting[] {
    let rows = 0;
    let count = 0;
    while (
      count < this.waiting.length &&
      (count === 0 || rows + (this.waiting[count]?.rows.length ?? 0) <= MOST_ROWS)
    ) {
      rows += this.waiting[count]?.rows.length ?? 0;
      count += 1;
    }
    this.waitingRows -= rows;
    return this.waiting.splice(0, count);
  }

  private async writeBatch(batch: Waiting[]): Promise<void> {
    try {
      const outcomes = await inTime(this.store(batch.flatMap((call) => call.rows)));
      let next = 0;
      for (const call of batch) call.resolve(outcomes.slice(next, (next += call.rows.length)));
    } catch (error) {
      // One call that the database refuses must not take the others down with it; one that is away refuses them all.
      if (batch.length > 1 && !isDependencyDown(error))
        for (const call of batch) await this.writeBatch([call]);
      else {
        const refusal = this.unavailable(error);
        for (const call of batch) call.reject(refusal);
      }
    }
  }

  /** An address may go to another tenant between sealing and storing: then it is sealed anew. */
  private async write(rows: readonly InboundRow[]): Promise<Stored[]> {
    for (let tries = 0; tries < MOST_MOVES; tries += 1) {
      const items = (await this.sealer.seal(rows)).map((row, i) => ({ i, ...row }));
      const results = await this.system.call<Stored | Moved>('store_inbound', [JSON.stringify(items)]);
      if (!results.some(isMoved)) return results as Stored[];
      this.sealer.forget(rows);
    }
    throw new Error('the addresses of inbound events keep changing hands');
  }

  private async store(rows: readonly InboundRow[]): Promise<IngestOutcome[]> {
    const results = await this.write(rows);
    const outcomes: IngestOutcome[] = rows.map(() => 'duplicate');
    for (const { i, outcome } of results) {
      outcomes[i] = outcome;
      this.metrics.countInbound(String(rows[i]?.provider), outcome);
      if (outcome === 'unrouted')
        this.logger.warn(
          { provider: rows[i]?.provider, account: rows[i]?.account },
          'no channel has this address',
        );
    }
    this.signal.wake();
    return outcomes;
  }

  private unavailable(error: unknown): DomainError {
    this.logger.error({ err: error }, 'inbound events could not be stored');
    return new DomainError(
      'unavailable',
      'http.unavailable',
      'The event could not be stored; send it again.',
      {
        retryAfterSeconds: 5,
      },
    );
  }
}

/** A database that does not answer is as good as none. What it stores after all is a duplicate when it comes again. */
const inTime = <T>(work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(Object.assign(new Error('the database does not answer'), { code: 'ETIMEDOUT' })),
      PATIENCE_MS,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};
