import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { IndexData } from './index/layout.js';
import { ALERT_THRESHOLD } from './weights.js';
import type { Hit, ListEntry, ScreeningQuery, SearchOptions } from './types.js';
import type { SearchTask } from './worker.js';

/** An index that all threads of the pool share; immutable. */
export interface SharedIndex {
  readonly id: string;
  readonly data: IndexData;
}

/** Queries of one task: short enough that a long batch keeps no short one waiting. */
const CHUNK = 50;

/** Threads that build and search indices, so that the caller's own never waits. */
export class ScreeningPool {
  private readonly pool: Piscina;

  /** `entry`: the compiled `worker.js`; the one beside this file unless named. */
  constructor({ threads, entry }: { threads: number; entry?: string }) {
    this.pool = new Piscina({
      filename: entry ?? new URL('./worker.js', import.meta.url).href,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: 60_000,
    });
  }

  /** Entries in batches; ids must be unique. The batches are handed over one at a time. */
  async build(
    batches: AsyncIterable<readonly ListEntry[]> | Iterable<readonly ListEntry[]>,
  ): Promise<SharedIndex> {
    const { port1: ours, port2: theirs } = new MessageChannel();
    const built = this.pool.run(
      { port: theirs },
      { name: 'build', transferList: [theirs] },
    ) as Promise<IndexData>;
    // Should the source of the entries fail first, nobody awaits this one.
    built.catch(() => undefined);
    try {
      for await (const batch of batches) {
        const more = once(ours, 'message');
        ours.postMessage(batch);
        await Promise.race([more, built]);
      }
      ours.postMessage(null);
      return { id: randomUUID(), data: await built };
    } finally {
      ours.close();
    }
  }

  /** Hits of each query, in their order. */
  async search(
    index: SharedIndex,
    queries: readonly ScreeningQuery[],
    options: SearchOptions = {},
  ): Promise<Hit[][]> {
    const chunks: ScreeningQuery[][] = [];
    for (let at = 0; at < queries.length; at += CHUNK) chunks.push(queries.slice(at, at + CHUNK));
    const { id: indexId, data } = index;
    const answers = await Promise.all(
      chunks.map((chunk) => {
        const task: SearchTask = {
          indexId,
          data,
          queries: chunk,
          options: { threshold: ALERT_THRESHOLD, ...options },
        };
        return this.pool.run(task, { name: 'search' }) as Promise<Hit[][]>;
      }),
    );
    return answers.flat();
  }

  /** Lets running tasks end. */
  async close(): Promise<void> {
    await this.pool.close({ force: false });
  }
}
