import { Injectable } from '@nestjs/common';
import { Clock, currentTenant, DomainError, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { ALERT_THRESHOLD, type ScreeningQuery } from '#libs/screening';
import type { EditionRef, EvidenceHit } from '../../domain/evidence.js';
import { RunRepository } from '../../infrastructure/run.repository.js';
import { toEdition, toEvidenceHit } from '../checks/check-runner.js';
import { ScreeningEngine } from './screening-engine.js';

export interface Screened {
  readonly runId: string;
  readonly lists: readonly EditionRef[];
  readonly matcherVersion: string;
  /** Basis points. */
  readonly threshold: number;
  /** Of each query, in order. */
  readonly results: readonly (readonly EvidenceHit[])[];
}

/** Screens names of nobody in particular: no counterparty is made, and only that it was done is kept. */
@Injectable()
export class ScreenDesk {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly engine: ScreeningEngine,
    private readonly runs: RunRepository,
    private readonly clock: Clock,
  ) {}

  /** Error: `kyb.lists_not_loaded` (409). */
  async screen(
    queries: readonly ScreeningQuery[],
    { threshold = ALERT_THRESHOLD, limit }: { threshold?: number; limit: number },
  ): Promise<Screened> {
    currentTenant();
    const startedAt = this.clock.now();
    const searched = await this.engine.search(queries, { threshold, limit, explain: true });
    if (!searched)
      throw new DomainError(
        'conflict',
        'kyb.lists_not_loaded',
        'No sanctions list has been loaded yet: nobody can be screened. See GET /api/v1/kyb/lists.',
      );
    const results = searched.hits.map((hits) => hits.map(toEvidenceHit));
    const runId = newId();
    const lists = searched.versions.map(toEdition);
    await this.uow.run(() =>
      this.runs.insertAdHoc({
        id: runId,
        listVersions: lists,
        matcherVersion: searched.matcherVersion,
        queries: queries.length,
        hits: results.reduce((sum, { length }) => sum + length, 0),
        startedAt,
        finishedAt: this.clock.now(),
      }),
    );
    return { runId, lists, matcherVersion: searched.matcherVersion, threshold, results };
  }
}
