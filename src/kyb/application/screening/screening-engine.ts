import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Settings } from '#libs/config';
import { Metrics } from '#libs/observability';
import {
  type Hit,
  type ListEntry,
  MATCHER_VERSION,
  ScreeningPool,
  type ScreeningQuery,
  type SearchOptions,
  type SharedIndex,
} from '#libs/screening';
import { ListLibrary, type ListVersion } from '../../domain/list-library.js';
import type { ListName } from '../../domain/sources.js';
import { ahead } from './ahead.js';
import { toListEntry } from './queries.js';

/** The lists as they are searched: an index, and the editions that it was built of. */
export interface Edition {
  readonly index: SharedIndex;
  readonly versions: readonly ListVersion[];
}

export interface Searched {
  readonly versions: readonly ListVersion[];
  readonly matcherVersion: string;
  /** Of each query, in order. */
  readonly hits: readonly (readonly Hit[])[];
}

const DELTAS_KEPT = 4;
/** How long a new edition waits at most for those of other lists that are just being refreshed, so that one index is built and not five. */
const MOST_WAIT_MS = 5_000;

/**
 * The index of all lists, built and searched in threads, shared between them, and replaced whole when a list has a new edition. A
 * search that began with the old one ends with it; none waits.
 */
@Injectable()
export class ScreeningEngine implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ScreeningEngine.name);
  private readonly pool: ScreeningPool;
  private readonly deltas = new LRUCache<string, Promise<SharedIndex>>({ max: DELTAS_KEPT });
  private readonly builds;
  private readonly searched;
  private edition: Edition | null = null;
  private refreshing: Promise<void> | null = null;
  private waitingSince: number | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly library: ListLibrary,
    private readonly settings: Settings,
    metrics: Metrics,
  ) {
    const { threads, workerFile } = settings.kyb;
    this.pool = new ScreeningPool({ threads, ...(workerFile ? { entry: workerFile } : {}) });
    this.builds = metrics.histogram({
      name: 'frontdesk_kyb_index_build_seconds',
      help: 'How long it took to read the lists that changed and to build the index of all',
      buckets: [0.5, 1, 2, 5, 10, 30],
    });
    this.searched = metrics.counter({
      name: 'frontdesk_kyb_names_screened_total',
      help: 'Queries that were searched in the lists',
    });
  }

  onApplicationBootstrap(): void {
    if (this.settings.process.environment === 'test') return;
    void this.look();
    this.timer = setInterval(() => void this.look(), this.settings.kyb.listPollMs);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.refreshing?.catch(() => undefined);
    await this.pool.close();
  }

  /** What is searched now; null when no list was ever loaded. Waits for the first build alone. */
  async current(): Promise<Edition | null> {
    if (!this.edition) await this.refresh();
    return this.edition;
  }

  /** Builds and swaps the index when a list has another edition than the one it was built of. */
  refresh(): Promise<void> {
    this.refreshing ??= this.rebuild().finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  /** Error: null when no list was ever loaded, which is no answer about anybody. */
  async search(queries: readonly ScreeningQuery[], options: SearchOptions): Promise<Searched | null> {
    const edition = await this.current();
    if (!edition) return null;
    const hits = await this.pool.search(edition.index, queries, options);
    this.searched.inc(queries.length);
    return { versions: edition.versions, matcherVersion: MATCHER_VERSION, hits };
  }

  /** Searches only the entries that were added or changed between two editions: the same scores, of fewer entries. */
  async searchChanges(
    list: ListName,
    [from, to]: readonly [number, number],
    queries: readonly ScreeningQuery[],
    options: SearchOptions,
  ): Promise<Hit[][]> {
    const key = `${list}:${from}:${to}`;
    let index = this.deltas.get(key);
    if (!index) {
      index = this.library
        .changes(list, from, to)
        .then(({ added, changed }) =>
          this.pool.build([[...added, ...changed].map((entry) => toListEntry(list, entry))]),
        );
      this.deltas.set(key, index);
      index.catch(() => this.deltas.delete(key));
    }
    this.searched.inc(queries.length);
    return this.pool.search(await index, queries, options);
  }

  private async look(): Promise<void> {
    try {
      if (!(await this.waits())) await this.refresh();
    } catch (error) {
      this.logger.warn({ err: error }, 'the lists could not be indexed; the index of before is searched on');
    }
  }

  /** Lists that are refreshed together come in one after the other, and each build would take its processor from the refresh of the others. */
  private async waits(): Promise<boolean> {
    if (this.isOf(await this.library.current())) return false;
    this.waitingSince ??= performance.now();
    return performance.now() - this.waitingSince < MOST_WAIT_MS && (await this.library.refreshing());
  }

  private async rebuild(): Promise<void> {
    this.waitingSince = null;
    const versions = await this.library.current();
    if (versions.length === 0 || this.isOf(versions)) return;
    const startedAt = performance.now();
    const parts = versions.map((version) => ({
      name: version.list,
      version: String(version.number),
      entries: () => ahead(this.entriesOf(version)),
    }));
    const index = await this.pool.refresh(parts, this.edition?.index);
    this.edition = { index, versions };
    const seconds = (performance.now() - startedAt) / 1000;
    this.builds.observe(seconds);
    this.logger.log(
      { lists: versions.map(({ list, number }) => `${list}#${number}`), seconds: Number(seconds.toFixed(2)) },
      'the lists are indexed',
    );
  }

  private isOf(versions: readonly ListVersion[]): boolean {
    const known = this.edition?.versions ?? [];
    return (
      known.length === versions.length &&
      versions.every(({ list, number }) => known.some((each) => each.list === list && each.number === number))
    );
  }

  private async *entriesOf(version: ListVersion): AsyncGenerator<ListEntry[], void> {
    for await (const batch of this.library.entries(version))
      yield batch.map((entry) => toListEntry(version.list, entry));
  }
}
