import type { MessagePort } from 'node:worker_threads';
import { IndexBuilder } from './index/build-index.js';
import type { IndexData, IndexPart } from './index/layout.js';
import { ScreeningIndex } from './index/screening-index.js';
import type { Hit, ListEntry, ScreeningQuery, SearchOptions } from './types.js';

/** What threads of the pool do. Each wraps the shared data it is handed once, and keeps the few it was last asked with. */

export interface SearchTask {
  /** Names `data`: a thread that has wrapped it does not wrap it again. */
  readonly indexId: string;
  readonly data: IndexData;
  readonly queries: readonly ScreeningQuery[];
  readonly options: SearchOptions;
}

const KEPT = 2;
const wrapped = new Map<string, ScreeningIndex>();

const indexOf = ({ indexId, data }: SearchTask): ScreeningIndex => {
  const known = wrapped.get(indexId);
  if (known) return known;
  const index = new ScreeningIndex(data);
  wrapped.set(indexId, index);
  for (const old of [...wrapped.keys()].slice(0, -KEPT)) wrapped.delete(old);
  return index;
};

/** Hits of each query, in order. */
export const search = (task: SearchTask): Hit[][] => {
  const index = indexOf(task);
  return task.queries.map((query) => index.search(query, task.options));
};

export interface BuildTask {
  readonly port: MessagePort;
  /** What parts and entries may be taken over from. */
  readonly before: IndexData | undefined;
}

export type BuildMessage =
  | { readonly begin: IndexPart }
  | { readonly keep: IndexPart }
  | { readonly batch: readonly ListEntry[] }
  | { readonly end: true };

/** Builds an index of what comes through `port` until its end; answers the word of each batch, so that few wait. */
export const build = ({ port, before }: BuildTask): Promise<IndexData> =>
  new Promise((done, fail) => {
    const builder = new IndexBuilder(before);
    port.on('message', (message: BuildMessage) => {
      try {
        if ('begin' in message) builder.begin(message.begin);
        else if ('keep' in message) builder.keep(message.keep);
        else if ('batch' in message) {
          for (const entry of message.batch) builder.add(entry);
          port.postMessage('taken');
        } else {
          port.close();
          done(builder.finish());
        }
      } catch (error) {
        port.close();
        fail(error instanceof Error ? error : new Error(String(error)));
      }
    });
    port.on('close', () => fail(new Error('screening: nobody sends entries any more')));
  });
