import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Settings } from '#libs/config';
import { Clock, ProviderError } from '#libs/kernel';
import { Rounds } from '#libs/rounds';
import { guard, LEAST, ListCount } from '../../domain/list-guard.js';
import { entryJson, hashOfJson } from '../../domain/listed-entity.js';
import { LISTS, type ListName } from '../../domain/sources.js';
import { ListFetcher } from '../../infrastructure/lists/list-fetcher.js';
import { opened, packed } from '../../infrastructure/lists/list-files.js';
import { ListMetrics } from '../../infrastructure/lists/list-metrics.js';
import { listsOf } from '../../infrastructure/lists/list-sources.js';
import type { ListFetch, NewEntry, Validators } from '../../infrastructure/lists/list-records.js';
import { ListStore } from '../../infrastructure/lists/list.store.js';
import { type ListMeta, ListRejected, PARSERS } from '../../infrastructure/lists/parsers/index.js';
import { Heartbeat } from './heartbeat.js';

const LOOK_MS = 5_000;
/** Of the lease, how often a refresh says that it is alive. */
const NOTES = 4;
const FIRST_PAUSE_MS = 300_000;
const MOST_DOUBLINGS = 6;

export type Outcome = Pick<ListFetch, 'outcome' | 'code' | 'detail' | 'number' | 'bytes' | 'contentHash'>;

/**
 * Fetches, reads and guards the lists, one process at a time for each list. Whatever goes wrong, the last good edition stays, and the
 * state of the list says since when and why. A list that keeps failing is asked for less and less often, up to its interval.
 */
@Injectable()
export class ListRefresher {
  private readonly logger = new Logger(ListRefresher.name);
  private readonly failing = new Map<ListName, string>();
  private told = '{}';
  private readonly rounds: Rounds;

  constructor(
    private readonly store: ListStore,
    private readonly fetcher: ListFetcher,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly metrics: ListMetrics,
  ) {
    this.rounds = new Rounds(settings, clock);
  }

  @Interval(LOOK_MS)
  look(): Promise<void> {
    return this.rounds.make(
      0,
      () => this.refreshDue(),
      (error) =>
        this.logger.warn({ err: error }, 'the sanctions lists could not be looked at; it is tried again'),
    );
  }

  /** Lists that are switched on and due, all at once. */
  async refreshDue(): Promise<void> {
    const on = listsOf(this.settings);
    if (on.length === 0) return;
    await this.store.states();
    const due = await this.store.due(this.clock.now(), parserVersions());
    await Promise.all(due.filter(({ list }) => on.includes(list)).map(({ list }) => this.refresh(list)));
    this.complain();
  }

  /**
   * Refreshes one list now; null when another process is at it. `accept`: the hash of a download that is believed whatever the guard says
   * of it, and no other, which is a decision of the operator. Never throws for what a list does wrong.
   */
  async refresh(list: ListName, { accept = null }: { accept?: string | null } = {}): Promise<Outcome | null> {
    const startedAt = this.clock.now();
    const claim = await this.store.claim(list, startedAt, this.leaseUntil());
    if (!claim) return null;
    const begun = performance.now();
    const done = this.metrics.startRefresh(list);
    let validators: Validators | undefined;
    let outcome: Outcome;
    const heartbeat = new Heartbeat(this.settings.kyb.leaseMs / NOTES, (progress) =>
      this.store.note(list, startedAt, progress, this.leaseUntil()),
    );
    try {
      ({ validators, ...outcome } = await this.attempt(list, { ...claim, startedAt }, accept, heartbeat));
    } catch (error) {
      outcome = { ...failed(error), number: null, bytes: null, contentHash: null };
      if (outcome.code === 'kyb.list_failed')
        this.logger.error({ err: error, list }, 'a list could not be refreshed');
    } finally {
      await heartbeat.stop();
    }
    const finishedAt = this.clock.now();
    const good = outcome.outcome === 'new_edition' || outcome.outcome === 'unchanged';
    const state = (await this.store.states()).find((each) => each.list === list);
    const interval = this.settings.kyb.listIntervalMinutes * 60_000;
    const pause = good
      ? interval
      : Math.min(interval, FIRST_PAUSE_MS * 2 ** Math.min(state?.failures ?? 0, MOST_DOUBLINGS));
    await this.store.settle(
      { list, ...outcome, startedAt, finishedAt },
      {
        dueAt: new Date(finishedAt.getTime() + pause),
        ...(validators ? { validators } : {}),
        alarm: good
          ? null
          : {
              code: outcome.code ?? 'kyb.list_failed',
              detail: outcome.detail ?? '',
              since: state?.alarm?.since ?? finishedAt.toISOString(),
            },
      },
    );
    done();
    this.metrics.countFetch(list, outcome.outcome);
    const said = { list, ...outcome, ms: Math.round(performance.now() - begun) };
    if (good) {
      this.failing.delete(list);
      this.logger.log(said, 'a sanctions list was refreshed');
    } else {
      this.failing.set(list, outcome.code ?? 'kyb.list_failed');
      this.logger.debug(said, 'a sanctions list could not be refreshed');
    }
    return outcome;
  }

  /** One line for all lists, and none while the same ones fail for the same reasons: without a network all do. */
  private complain(): void {
    const lists = Object.fromEntries([...this.failing].sort());
    const told = JSON.stringify(lists);
    if (told === this.told) return;
    this.told = told;
    if (this.failing.size > 0)
      this.logger.warn(
        { lists },
        'sanctions lists could not be refreshed; the last good editions stay (GET /api/v1/kyb/lists)',
      );
  }

  private async attempt(
    list: ListName,
    claim: { number: number; validators: Validators; startedAt: Date },
    accept: string | null,
    heartbeat: Heartbeat,
  ): Promise<Outcome & { validators?: Validators }> {
    const parent = join(this.settings.process.dataDir, 'lists');
    await mkdir(parent, { recursive: true, mode: 0o700 });
    // What a process that was killed has left; the lease says that nobody else is at it.
    for (const left of await readdir(parent))
      if (left.startsWith(`${list}-`)) await rm(join(parent, left), { recursive: true, force: true });
    const folder = await mkdtemp(join(parent, `${list}-`));
    try {
      const { version: parser, endless = false } = PARSERS[list];
      const current = (await this.store.current()).find((version) => version.list === list);
      // What an older parser read is fetched again whatever the server's validators say. Never the other way round: while a new release
      // is rolled out, the processes of both would take turns.
      const known = current !== undefined && current.parser >= parser;
      const fetched = await this.fetcher.fetch(list, folder, known ? claim.validators : {}, (bytes) =>
        heartbeat.tell({ stage: 'fetching', bytes, entities: 0 }),
      );
      const same = {
        outcome: 'unchanged',
        code: null,
        detail: null,
        number: current?.number ?? null,
      } as const;
      if (!fetched) return { ...same, bytes: 0, contentHash: current?.contentHash ?? null };
      const { parts, bytes, contentHash } = fetched;
      const validators: Validators = parts;
      if (known && current.contentHash === contentHash) return { ...same, bytes, contentHash, validators };
      const meta: ListMeta = { publishedAt: null };
      const count = new ListCount();
      const entries = await this.read(list, folder, Object.keys(parts), meta, count, (entities) =>
        heartbeat.tell({ stage: 'reading', bytes, entities }),
      );
      // Where such a file ends only the answer knows that brought it.
      if (endless)
        meta.ends = Object.fromEntries(
          Object.entries(parts).map(([part, { delimited }]) => [part, delimited]),
        );
      const facts = count.facts(meta.ends);
      const trip = guard(
        await this.store.look(list, claim.number),
        { facts, publishedAt: meta.publishedAt },
        {
          least: LEAST[list],
          percent: this.settings.kyb.listFewestPercent,
          has: (id) => entries.has(id),
        },
      );
      if (trip && accept !== contentHash)
        return { outcome: 'refused', ...trip, number: null, bytes, contentHash };
      heartbeat.tell({ stage: 'storing', bytes, entities: entries.size });
      const number = await this.store.publish({
        list,
        claim,
        contentHash,
        parser,
        entries,
        facts,
        bytes,
        publishedAt: meta.publishedAt,
        fetchedAt: this.clock.now(),
        files: Object.keys(parts).map((part) => ({ part, chunks: packed(join(folder, part)) })),
      });
      const accepted = {
        code: trip?.code ?? null,
        detail: trip && `${trip.detail} Accepted by the operator.`,
      };
      return { outcome: 'new_edition', ...accepted, number, bytes, contentHash, validators };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async read(
    list: ListName,
    folder: string,
    parts: readonly string[],
    meta: ListMeta,
    count: ListCount,
    tell: (entities: number) => void,
  ): Promise<Map<string, NewEntry>> {
    const files = Object.fromEntries(parts.map((part) => [part, opened(join(folder, part))]));
    const entries = new Map<string, NewEntry>();
    for await (const entity of PARSERS[list].parse(files, meta)) {
      const { entryId } = entity;
      // A list that says an entry twice says it the first time.
      if (entries.has(entryId)) continue;
      count.add(entity);
      const json = entryJson(entity);
      entries.set(entryId, { entryId, hash: hashOfJson(json), json });
      tell(entries.size);
    }
    return entries;
  }

  private leaseUntil(): Date {
    return new Date(this.clock.now().getTime() + this.settings.kyb.leaseMs);
  }
}

const parserVersions = () =>
  Object.fromEntries(LISTS.map((list) => [list, PARSERS[list].version])) as Record<ListName, number>;

const failed = (error: unknown): Pick<Outcome, 'outcome' | 'code' | 'detail'> =>
  error instanceof ListRejected
    ? { outcome: 'refused', code: error.code, detail: error.message }
    : error instanceof ProviderError
      ? { outcome: 'failed', code: error.details.code ?? 'kyb.list_failed', detail: error.message }
      : {
          outcome: 'failed',
          code: 'kyb.list_failed',
          detail: 'The list could not be refreshed; see the log.',
        };
