import { randomUUID } from 'node:crypto';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { IndexData, IndexPart } from './index/layout.js';
import { ALERT_THRESHOLD } from './weights.js';
import type { Hit, ListEntry, ScreeningQuery, SearchOptions } from './types.js';
import type { BuildMessage, BuildTask, SearchTask } from './worker.js';

/** An index that all threads of the pool share; immutable. */
export interface SharedIndex {
  readonly id: string;
  readonly data: IndexData;
}

type Batches = AsyncIterable<readonly ListEntry[]> | Iterable<readonly ListEntry[]>;

/** Entries that come together, such as an edition of a list. Ids must be unique in the whole index. */
export interface EntriesPart extends IndexPart {
  /** In batches; asked for only when the index before has no part of this name and version. */
  readonly entries: () => Batches;
}

/** Batches on their way: while one is indexed the next is fetched. */
const MOST_UNDER_WAY = 2;

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

  /** An index of entries that come in batches; ids must be unique. */
  build(batches: Batches): Promise<SharedIndex> {
    return this.refresh([{ name: '', version: '', entries: () => batches }]);
  }

  /** An index of these parts in this order, which takes over what has not changed since `before`: the same as from nothing, but sooner. */
  async refresh(parts: readonly EntriesPart[], before?: SharedIndex): Promise<SharedIndex> {
    const { port1: ours, port2: theirs } = new MessageChannel();
    const task: BuildTask = { port: theirs, before: before?.data };
    const built = this.pool.run(task, { name: 'build', transferList: [theirs] }) as Promise<IndexData>;
    // Should the source of the entries fail first, nobody awaits this one.
    built.catch(() => undefined);
    try {
      for (const { name, version, entries } of parts) {
        const part = { name, version };
        if (before?.data.parts.some((each) => each.name === name && each.version === version)) {
          send(ours, { keep: part });
          continue;
        }
        send(ours, { begin: part });
        await sendAll(ours, entries(), built);
      }
      send(ours, { end: true });
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

const send = (port: MessagePort, message: BuildMessage): void => port.postMessage(message);

/** Sends batches, few at a time, until there are no more or the build has failed. */
const sendAll = async (port: MessagePort, batches: Batches, built: Promise<unknown>): Promise<void> => {
  let underWay = 0;
  let taken: () => void = () => undefined;
  const onTaken = (): void => {
    underWay -= 1;
    taken();
  };
  port.on('message', onTaken);
  const fewer = async (most: number): Promise<void> => {
    while (underWay > most)
      await Promise.race([new Promise<void>((resolve) => (taken = resolve)), built.then(() => undefined)]);
  };
  for await (const batch of batches) {
    await fewer(MOST_UNDER_WAY - 1);
    underWay += 1;
    send(port, { batch });
  }
  await fewer(0);
  port.off('message', onTaken);
};
