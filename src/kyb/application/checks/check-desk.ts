import { Injectable } from '@nestjs/common';
import { canonicalJson } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { compare, MATCHER_VERSION } from '#libs/screening';
import type { CounterpartyFacts } from '../../domain/counterparty.js';
import { type EvidenceDocument, evidenceHash, evidenceOf } from '../../domain/evidence.js';
import { ListLibrary } from '../../domain/list-library.js';
import type { ListedEntity } from '../../domain/listed-entity.js';
import type { CheckSource, ListName } from '../../domain/sources.js';
import {
  type ChangeView,
  type CheckFilter,
  CheckRepository,
  type CheckView,
  type SnapshotView,
} from '../../infrastructure/check.repository.js';
import { CounterpartyRepository } from '../../infrastructure/counterparty.repository.js';
import { toListEntry, toQuery } from '../screening/queries.js';
import { CheckRunner } from './check-runner.js';

export interface Evidence {
  readonly document: EvidenceDocument;
  /** Of the document as it is rendered now. */
  readonly sha256: string;
  /** Whether it is what was written down with the check. */
  readonly intact: boolean;
  /** Entries that were hit, as the lists had them; null for one that is not kept any more. */
  readonly entries: readonly { list: string; entryId: string; entity: ListedEntity | null }[];
  /** Whether this matcher, asked again, gives the same account of each hit; `other_matcher`: it is not the one that decided. */
  readonly replay: 'same' | 'differs' | 'other_matcher' | 'not_applicable';
}

/** Where checks are asked for, read and proved. */
@Injectable()
export class CheckDesk {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly checks: CheckRepository,
    private readonly counterparties: CounterpartyRepository,
    private readonly library: ListLibrary,
    private readonly runner: CheckRunner,
  ) {}

  /** Looks now, whatever the schedule says. Error: `counterparty.not_found`. */
  async run(counterpartyId: string, sources: readonly CheckSource[]): Promise<CheckView[]> {
    const ran = await this.runner.run(counterpartyId, sources, { trigger: 'manual' });
    return this.uow.run(() => Promise.all(ran.map(({ check }) => this.checks.get(check.id))));
  }

  list(filter: CheckFilter, page: { limit: number; startingAfter?: string }): Promise<CheckView[]> {
    return this.uow.run(() => this.checks.list(filter, page));
  }

  get(id: string): Promise<CheckView> {
    return this.uow.run(() => this.checks.get(id));
  }

  /** Errors: `check.not_found`. */
  async evidence(id: string): Promise<Evidence> {
    const { check, exchanges, evidenceHash: written } = await this.uow.run(() => this.checks.whole(id));
    const document = evidenceOf(check, exchanges);
    const sha256 = evidenceHash(document);
    const entries = await Promise.all(
      check.hits.map(async ({ list, entryId, entryHash }) => ({
        list,
        entryId,
        entity: await this.library.entry(list as ListName, entryId, entryHash),
      })),
    );
    return { document, sha256, intact: sha256 === written, entries, replay: replayOf(document, entries) };
  }

  /** Newest first; one more than `limit` when there is one. Error: `counterparty.not_found`. */
  changes(
    counterpartyId: string,
    kind: string | undefined,
    page: { limit: number; startingAfter?: string },
  ): Promise<ChangeView[]> {
    return this.uow.run(async () => {
      await this.counterparties.get(counterpartyId);
      return this.checks.changes({ counterpartyId, kind }, page);
    });
  }

  /** As `changes`. */
  snapshots(
    counterpartyId: string,
    source: CheckSource | undefined,
    page: { limit: number; startingAfter?: string },
  ): Promise<SnapshotView[]> {
    return this.uow.run(async () => {
      await this.counterparties.get(counterpartyId);
      return this.checks.snapshots(counterpartyId, source, page);
    });
  }
}

const replayOf = (document: EvidenceDocument, entries: Evidence['entries']): Evidence['replay'] => {
  if (document.source !== 'screening' || document.matcherVersion === null) return 'not_applicable';
  if (document.matcherVersion !== MATCHER_VERSION) return 'other_matcher';
  const query = toQuery(document.question as CounterpartyFacts);
  const same = document.hits.every(({ entryHash, explanation }, at) => {
    const found = entries[at];
    if (!found?.entity) return false;
    const entry = toListEntry(found.list as ListName, { hash: entryHash, entity: found.entity });
    return canonicalJson(compare(query, entry)) === canonicalJson(explanation);
  });
  return same ? 'same' : 'differs';
};
