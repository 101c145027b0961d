import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { Clock, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { ALERT_THRESHOLD, MATCHER_VERSION } from '#libs/screening';
import { factsOf } from '../../domain/counterparty.js';
import { ListLibrary, type ListVersion } from '../../domain/list-library.js';
import { listedId } from '../../domain/listed-entity.js';
import { diffHits, type Match } from '../../domain/matches.js';
import type { ListName } from '../../domain/sources.js';
import { CheckRepository } from '../../infrastructure/check.repository.js';
import { type Counterparty, CounterpartyRepository } from '../../infrastructure/counterparty.repository.js';
import { CoverageRepository } from '../../infrastructure/coverage.repository.js';
import { KybSettingsRepository } from '../../infrastructure/kyb-settings.repository.js';
import { type OpenRun, type Run, RunRepository } from '../../infrastructure/run.repository.js';
import { CheckRunner, MOST_HITS, toEdition, toEvidenceHit } from '../checks/check-runner.js';
import { toQuery } from '../screening/queries.js';
import { ScreeningEngine } from '../screening/screening-engine.js';

const DAY_MS = 86_400_000;
const CHECKS_AT_ONCE = 4;

/**
 * Holds a business's counterparties against what is new in the lists. A **delta** pass searches the entries that were added or changed
 * between two editions, and looks up the matches with those that were changed or removed: no other hit can differ, since a score
 * depends on the counterparty, the entry and the matcher alone. A **full** pass searches everything: when its time has come, and
 * when the matcher is another. Whose hits differ is checked anew, with evidence; for the others the pass itself is the record.
 *
 * A pass has a lease and a cursor: whoever dies in it is followed by another worker, which goes on behind the last batch; a check that
 * was written before finds nothing changed.
 */
@Injectable()
export class Rescreener {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly runs: RunRepository,
    private readonly counterparties: CounterpartyRepository,
    private readonly coverage: CoverageRepository,
    private readonly checks: CheckRepository,
    private readonly kyb: KybSettingsRepository,
    private readonly library: ListLibrary,
    private readonly engine: ScreeningEngine,
    private readonly runner: CheckRunner,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Everything that is due for the tenant of the context, pass after pass. Answers the passes it finished. */
  async run(): Promise<Run[]> {
    const finished: Run[] = [];
    for (;;) {
      const edition = await this.engine.current();
      if (!edition) return finished;
      const run = await this.uow.run(() => this.claim(edition.versions));
      if (!run) return finished;
      if (!(await this.pass(run))) return finished;
      finished.push(await this.uow.run(() => this.runs.get(run.id)));
    }
  }

  /** Begins a full pass now, whatever the schedule says; `run` carries it out. */
  async order(): Promise<void> {
    const edition = await this.engine.current();
    if (!edition) return;
    await this.uow.run(async () => {
      if (!(await this.runs.open())) await this.begin('full', edition.versions, null, null);
    });
  }

  private async claim(versions: readonly ListVersion[]): Promise<OpenRun | null> {
    const now = this.clock.now();
    // Serialises the workers that look for work of one business.
    const { fullPassDays } = await this.kyb.locked();
    const open = await this.runs.open();
    if (open) {
      if (open.leaseUntil && open.leaseUntil > now) return null;
      const behind = open.listVersions.some(
        ({ list, number }) => (versions.find((each) => each.list === list)?.number ?? 0) < number,
      );
      // This process has not indexed yet what the pass is about.
      if (behind) return null;
      await this.runs.lease(open.id, this.leaseUntil());
      return open;
    }
    const screened = await this.coverage.screened();
    const stale = versions.some(({ list }) => {
      const known = screened.get(list);
      if (!known) return false;
      const passed = known.fullPassAt?.getTime() ?? 0;
      return known.matcherVersion !== MATCHER_VERSION || passed + fullPassDays * DAY_MS <= now.getTime();
    });
    if (stale || screened.size === 0) return this.begin('full', versions, null, null);
    const next = versions.find(({ list, number }) => (screened.get(list)?.number ?? 0) < number);
    return next ? this.begin('delta', versions, next, screened.get(next.list)?.number ?? 0) : null;
  }

  private async begin(
    kind: 'delta' | 'full',
    versions: readonly ListVersion[],
    of: ListVersion | null,
    fromNumber: number | null,
  ): Promise<OpenRun> {
    const run = {
      id: newId(),
      kind,
      list: of?.list ?? null,
      fromNumber,
      toNumber: of?.number ?? null,
      listVersions: versions.map(toEdition),
      matcherVersion: MATCHER_VERSION,
      startedAt: this.clock.now(),
    };
    await this.runs.insert(run, this.leaseUntil());
    return {
      ...run,
      cursor: null,
      counterparties: 0,
      affected: 0,
      hitsAdded: 0,
      hitsChanged: 0,
      hitsRemoved: 0,
      finishedAt: null,
    };
  }

  /** False when another worker has taken the pass over. */
  private async pass(run: OpenRun): Promise<boolean> {
    let cursor = run.cursor;
    for (;;) {
      const batch = await this.uow.run(() => this.counterparties.batch(cursor, this.settings.kyb.batch));
      const last = batch.at(-1);
      if (!last) break;
      const affected = run.kind === 'full' ? await this.differing(batch) : await this.touched(run, batch);
      for (let at = 0; at < affected.length; at += CHECKS_AT_ONCE)
        await Promise.all(
          affected.slice(at, at + CHECKS_AT_ONCE).map((id) =>
            this.runner.run(id, ['screening'], {
              trigger: run.kind === 'full' ? 'full_pass' : 'list_change',
              runId: run.id,
            }),
          ),
        );
      const from = cursor;
      const held = await this.uow.run(async () => {
        await this.cover(run, batch);
        return this.runs.advance(run.id, {
          from,
          cursor: last.id,
          counterparties: batch.length,
          affected: affected.length,
          leaseUntil: this.leaseUntil(),
        });
      });
      if (!held) return false;
      cursor = last.id;
    }
    await this.uow.run(() => this.finish(run));
    return true;
  }

  /** Whose hits a full search finds otherwise than they are on record. */
  private async differing(batch: readonly Counterparty[]): Promise<string[]> {
    const searched = await this.engine.search(
      batch.map((each) => toQuery(factsOf(each))),
      { limit: MOST_HITS },
    );
    if (!searched) return [];
    const lists = new Set(searched.versions.map(({ list }) => list as string));
    const before = await this.matchesOf(batch);
    return batch
      .filter(({ id }, at) => {
        const hits = (searched.hits[at] ?? []).map(toEvidenceHit);
        return diffHits(before.get(id) ?? [], hits, lists).length > 0;
      })
      .map(({ id }) => id);
  }

  /** Whom a changed list can concern: who hits an entry that is new or other, and who had hit one that is other or gone. */
  private async touched(run: OpenRun, batch: readonly Counterparty[]): Promise<string[]> {
    const { list, fromNumber, toNumber } = run;
    if (list === null || fromNumber === null || toNumber === null) return [];
    const editions = [fromNumber, toNumber] as const;
    const queries = batch.map((each) => toQuery(factsOf(each)));
    const hits = await this.engine.searchChanges(list, editions, queries, {
      limit: 1,
      threshold: ALERT_THRESHOLD,
    });
    const { changed, removed } = await this.library.changes(list, ...editions);
    const gone = new Set(
      [...changed.map(({ entity }) => entity.entryId), ...removed].map((id) => listedId(list, id)),
    );
    const before = await this.matchesOf(batch);
    return batch
      .filter(
        ({ id }, at) =>
          (hits[at] ?? []).length > 0 ||
          (before.get(id) ?? []).some((match) => gone.has(listedId(match.list, match.entryId))),
      )
      .map(({ id }) => id);
  }

  private async matchesOf(batch: readonly Counterparty[]) {
    const matches = await this.uow.run(() => this.checks.matches(batch.map(({ id }) => id)));
    const grouped = new Map<string, Match[]>();
    for (const match of matches)
      grouped.set(match.counterpartyId, [...(grouped.get(match.counterpartyId) ?? []), match]);
    return grouped;
  }

  private async cover(run: OpenRun, batch: readonly Counterparty[]): Promise<void> {
    const ids = batch.map(({ id }) => id);
    const at = this.clock.now();
    const of: readonly { list: ListName; from: number; to: number }[] =
      run.kind === 'full'
        ? run.listVersions.map(({ list, number }) => ({ list: list as ListName, from: 0, to: number }))
        : [{ list: run.list ?? 'eu', from: run.fromNumber ?? 0, to: run.toNumber ?? 0 }];
    for (const { list, from, to } of of)
      await this.coverage.advance(ids, list, { from, to, runId: run.id, at, full: run.kind === 'full' });
  }

  private async finish(run: OpenRun): Promise<void> {
    const at = this.clock.now();
    if (run.kind === 'full')
      for (const { list, number } of run.listVersions)
        await this.coverage.setScreened(list as ListName, number, run.matcherVersion, at, true);
    else if (run.list !== null && run.toNumber !== null)
      // From nothing, a delta has searched all of the list.
      await this.coverage.setScreened(run.list, run.toNumber, run.matcherVersion, at, run.fromNumber === 0);
    // Who was added or checked with an older index while the pass went on.
    for (const { list, number } of run.listVersions)
      await this.counterparties.hastenBehind(
        list as ListName,
        run.kind === 'full' || list === run.list ? number : 0,
        at,
      );
    await this.runs.finish(run.id, at);
  }

  private leaseUntil(): Date {
    return new Date(this.clock.now().getTime() + this.settings.kyb.leaseMs);
  }
}
