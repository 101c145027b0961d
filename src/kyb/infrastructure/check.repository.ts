import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { currentTenant, DomainError, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { FieldChange } from '../domain/changes.js';
import { type CounterpartyFacts, sealedFor } from '../domain/counterparty.js';
import type { Check, EvidenceHit, ExchangeJson } from '../domain/evidence.js';
import type { HitChange, Match } from '../domain/matches.js';
import type { SnapshotFacts } from '../domain/register.js';
import type { CheckSource, ListName } from '../domain/sources.js';

/** A check as it is listed: without what it saw. */
export type CheckView = Omit<Check, 'question' | 'facts' | 'hits' | 'exchanges'> & {
  readonly evidenceHash: string;
};

export interface ChangeView {
  readonly id: string;
  readonly checkId: string;
  readonly counterpartyId: string;
  readonly source: CheckSource;
  readonly kind: string;
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly createdAt: Date;
}

export interface SnapshotView {
  readonly id: string;
  readonly source: CheckSource;
  readonly checkId: string;
  readonly facts: SnapshotFacts;
  readonly takenAt: Date;
}

export interface CheckFilter {
  readonly counterpartyId?: string;
  readonly source?: string;
  readonly state?: string;
  readonly runId?: string;
}

interface PageOf {
  readonly limit: number;
  readonly startingAfter?: string;
}

const VIEW = `id, counterparty_id AS "counterpartyId", source, state, reason, trigger, run_id AS "runId",
  list_versions AS "listVersions", matcher_version AS "matcherVersion", settings, reference, evidence_hash AS "evidenceHash",
  started_at AS "startedAt", finished_at AS "finishedAt"`;
const at = (table: string, column: string) => (rowId: string) => ({ table, column, rowId });
const question = at('kyb_check', 'question');
const facts = at('kyb_check', 'facts');
const content = at('kyb_exchange', 'content');
const explanation = at('kyb_hit', 'explanation');
const snapshot = at('kyb_snapshot', 'facts');
const change = at('kyb_change', 'content');

/** Checks, their evidence, snapshots and changes. Nothing here is ever changed: a check is what it was. */
@Injectable()
export class CheckRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
  ) {}

  async insert(check: Check, exchanges: readonly ExchangeJson[], evidenceHash: string): Promise<void> {
    const subjectId = subjectOf(check);
    const seal = (value: unknown, place: ReturnType<typeof question>) =>
      this.cipher.seal(JSON.stringify(value), place, subjectId);
    await this.uow.write(
      `INSERT INTO kyb_check (tenant_id, id, counterparty_id, source, state, reason, trigger, run_id, list_versions, matcher_version,
         settings, reference, question, facts, evidence_hash, started_at, finished_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
      [
        currentTenant(),
        check.id,
        check.counterpartyId,
        check.source,
        check.state,
        check.reason,
        check.trigger,
        check.runId,
        JSON.stringify(check.listVersions),
        check.matcherVersion,
        JSON.stringify(check.settings),
        check.reference,
        await seal(check.question, question(check.id)),
        check.facts ? await seal(check.facts, facts(check.id)) : null,
        evidenceHash,
        check.startedAt,
        check.finishedAt,
      ],
    );
    for (const [position, exchange] of exchanges.entries()) {
      const id = newId();
      await this.uow.write(
        'INSERT INTO kyb_exchange (tenant_id, id, check_id, position, content) VALUES ($1, $2, $3, $4, $5)',
        [currentTenant(), id, check.id, position, await seal(exchange, content(id))],
      );
    }
    for (const [position, hit] of check.hits.entries()) {
      const id = newId();
      await this.uow.write(
        `INSERT INTO kyb_hit (tenant_id, id, check_id, position, list, entry_id, entry_hash, score, band, explanation)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          currentTenant(),
          id,
          check.id,
          position,
          hit.list,
          hit.entryId,
          hit.entryHash,
          hit.score,
          hit.band,
          await seal(hit.explanation, explanation(id)),
        ],
      );
    }
  }

  /** Error: `check.not_found`. */
  async get(id: string): Promise<CheckView> {
    const [row] = await this.uow.query<CheckView>(
      `SELECT ${VIEW} FROM kyb_check WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id],
    );
    if (!row) throw DomainError.notFound('check', id);
    return row;
  }

  list(filter: CheckFilter, { limit, startingAfter }: PageOf): Promise<CheckView[]> {
    return this.uow.query<CheckView>(
      `SELECT ${VIEW} FROM kyb_check WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2)
         AND ($3::uuid IS NULL OR counterparty_id = $3) AND ($4::text IS NULL OR source = $4)
         AND ($5::text IS NULL OR state = $5) AND ($6::uuid IS NULL OR run_id = $6) ORDER BY id DESC LIMIT $7`,
      [
        currentTenant(),
        startingAfter ?? null,
        filter.counterpartyId ?? null,
        filter.source ?? null,
        filter.state ?? null,
        filter.runId ?? null,
        limit + 1,
      ],
    );
  }

  /** Everything that the evidence of a check is rendered from. */
  async whole(
    id: string,
  ): Promise<{ check: Omit<Check, 'exchanges'>; exchanges: ExchangeJson[]; evidenceHash: string }> {
    const [row] = await this.uow.query<CheckView & { question: string; facts: string | null }>(
      `SELECT ${VIEW}, question, facts FROM kyb_check WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id],
    );
    if (!row) throw DomainError.notFound('check', id);
    const hits = await this.uow.query<EvidenceHit & { id: string; explanation: string }>(
      `SELECT id, list, entry_id AS "entryId", entry_hash AS "entryHash", score, band, explanation
       FROM kyb_hit WHERE tenant_id = $1 AND check_id = $2 ORDER BY position`,
      [currentTenant(), id],
    );
    const exchanges = await this.uow.query<{ id: string; content: string }>(
      'SELECT id, content FROM kyb_exchange WHERE tenant_id = $1 AND check_id = $2 ORDER BY position',
      [currentTenant(), id],
    );
    const open = async (sealed: string, place: ReturnType<typeof question>): Promise<unknown> =>
      JSON.parse(await this.cipher.open(sealed, place));
    const { evidenceHash, ...view } = row;
    return {
      evidenceHash,
      check: {
        ...view,
        question: await open(row.question, question(id)),
        facts: row.facts ? ((await open(row.facts, facts(id))) as SnapshotFacts) : null,
        hits: await Promise.all(
          hits.map(async ({ id: hitId, ...hit }) => ({
            ...hit,
            explanation: await open(hit.explanation, explanation(hitId)),
          })),
        ),
      },
      exchanges: await Promise.all(
        exchanges.map(async (each) => (await open(each.content, content(each.id))) as ExchangeJson),
      ),
    };
  }

  async lastSnapshot(counterpartyId: string, source: CheckSource): Promise<SnapshotView | null> {
    return (await this.snapshots(counterpartyId, source, { limit: 0 }))[0] ?? null;
  }

  /** Newest first; one more than `limit` when there is one. */
  async snapshots(
    counterpartyId: string,
    source: CheckSource | undefined,
    { limit, startingAfter }: PageOf,
  ): Promise<SnapshotView[]> {
    const rows = await this.uow.query<SnapshotView & { facts: string }>(
      `SELECT id, source, check_id AS "checkId", facts, taken_at AS "takenAt" FROM kyb_snapshot
       WHERE tenant_id = $1 AND counterparty_id = $2 AND ($3::text IS NULL OR source = $3) AND ($4::uuid IS NULL OR id < $4)
       ORDER BY id DESC LIMIT $5`,
      [currentTenant(), counterpartyId, source ?? null, startingAfter ?? null, limit + 1],
    );
    const opened = await this.cipher.openMany(
      rows.map(({ id, facts: sealed }) => ({ sealed, place: snapshot(id) })),
    );
    return rows.map((row, index) => ({ ...row, facts: JSON.parse(opened[index] ?? '{}') as SnapshotFacts }));
  }

  async takeSnapshot(check: Check, seen: SnapshotFacts): Promise<void> {
    const id = newId();
    await this.uow.write(
      `INSERT INTO kyb_snapshot (tenant_id, id, counterparty_id, source, check_id, facts, taken_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        currentTenant(),
        id,
        check.counterpartyId,
        check.source,
        check.id,
        await this.cipher.seal(JSON.stringify(seen), snapshot(id), subjectOf(check)),
        check.finishedAt,
      ],
    );
  }

  async insertChanges(check: Check, changes: readonly (FieldChange | HitChange)[]): Promise<void> {
    for (const each of changes) {
      const id = newId();
      const { before, after } = each;
      await this.uow.write(
        `INSERT INTO kyb_change (tenant_id, id, check_id, counterparty_id, source, kind, field, content, entry_hash, score, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        [
          currentTenant(),
          id,
          check.id,
          check.counterpartyId,
          check.source,
          each.kind,
          each.field,
          await this.cipher.seal(JSON.stringify({ before, after }), change(id), subjectOf(check)),
          'entryHash' in each ? each.entryHash : null,
          'score' in each ? each.score : null,
          check.finishedAt,
        ],
      );
    }
  }

  /** Newest first; one more than `limit` when there is one. */
  async changes(
    filter: { counterpartyId?: string; checkId?: string; kind?: string },
    { limit, startingAfter }: PageOf,
  ): Promise<ChangeView[]> {
    const rows = await this.uow.query<Omit<ChangeView, 'before' | 'after'> & { content: string }>(
      `SELECT id, check_id AS "checkId", counterparty_id AS "counterpartyId", source, kind, field, content, created_at AS "createdAt"
       FROM kyb_change WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2) AND ($3::uuid IS NULL OR counterparty_id = $3)
         AND ($4::uuid IS NULL OR check_id = $4) AND ($5::text IS NULL OR kind = $5) ORDER BY id DESC LIMIT $6`,
      [
        currentTenant(),
        startingAfter ?? null,
        filter.counterpartyId ?? null,
        filter.checkId ?? null,
        filter.kind ?? null,
        limit + 1,
      ],
    );
    const opened = await this.cipher.openMany(
      rows.map(({ id, content: sealed }) => ({ sealed, place: change(id) })),
    );
    return rows.map(({ content: _, ...row }, index) => ({
      ...row,
      ...(JSON.parse(opened[index] ?? '{}') as { before: unknown; after: unknown }),
    }));
  }

  /** What each of these counterparties hits, as the last screening said it. */
  matches(counterpartyIds: readonly string[]): Promise<(Match & { counterpartyId: string })[]> {
    return this.uow.query(
      `SELECT id, counterparty_id AS "counterpartyId", list, entry_id AS "entryId", entry_hash AS "entryHash", score, band
       FROM kyb_match WHERE tenant_id = $1 AND counterparty_id = ANY($2) AND removed_at IS NULL ORDER BY id`,
      [currentTenant(), counterpartyIds],
    );
  }

  async saveMatches(check: Check, searched: readonly ListName[]): Promise<void> {
    for (const { list, entryId, entryHash, score, band } of check.hits)
      await this.uow.write(
        `INSERT INTO kyb_match (tenant_id, id, counterparty_id, list, entry_id, entry_hash, score, band, check_id, first_seen_at, last_seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
         ON CONFLICT (tenant_id, counterparty_id, list, entry_id) DO UPDATE SET entry_hash = excluded.entry_hash,
           score = excluded.score, band = excluded.band, check_id = excluded.check_id, last_seen_at = excluded.last_seen_at,
           removed_at = NULL`,
        [
          currentTenant(),
          newId(),
          check.counterpartyId,
          list,
          entryId,
          entryHash,
          score,
          band,
          check.id,
          check.finishedAt,
        ],
      );
    await this.uow.write(
      `UPDATE kyb_match SET removed_at = $3 WHERE tenant_id = $1 AND counterparty_id = $2 AND removed_at IS NULL
         AND check_id <> $4 AND list = ANY($5)`,
      [currentTenant(), check.counterpartyId, check.finishedAt, check.id, searched],
    );
  }
}

const subjectOf = ({ counterpartyId, question: facts }: Check): string | null =>
  sealedFor(counterpartyId, facts as CounterpartyFacts);
