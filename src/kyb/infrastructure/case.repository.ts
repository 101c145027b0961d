import { Injectable } from '@nestjs/common';
import { currentTenant, DomainError, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

export interface Case {
  readonly id: string;
  readonly counterpartyId: string;
  readonly state: 'open' | 'closed';
  readonly assigneeId: string | null;
  /** The earliest time by which one of its alerts has to be decided. */
  readonly dueAt: Date;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly version: number;
}

interface PageOf {
  readonly limit: number;
  readonly startingAfter?: string;
}

const CASE = `id, counterparty_id AS "counterpartyId", state, assignee_id AS "assigneeId", due_at AS "dueAt",
  opened_at AS "openedAt", closed_at AS "closedAt", version`;

/** The alerts of a counterparty while some of them are undecided: who looks after them, and until when. */
@Injectable()
export class CaseRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** The open case of a counterparty, opened when there is none; its time is that of its earliest alert. */
  async open(counterpartyId: string, dueAt: Date, at: Date): Promise<{ id: string; opened: boolean }> {
    const [row] = await this.uow.query<{ id: string; version: number }>(
      `INSERT INTO kyb_case AS c (tenant_id, id, counterparty_id, state, due_at, opened_at) VALUES ($1, $2, $3, 'open', $4, $5)
       ON CONFLICT (tenant_id, counterparty_id) WHERE state = 'open'
         DO UPDATE SET due_at = least(c.due_at, excluded.due_at), version = c.version + 1
       RETURNING id, version`,
      [currentTenant(), newId(), counterpartyId, dueAt, at],
    );
    if (!row) throw new Error('a case was neither opened nor found');
    return { id: row.id, opened: row.version === 1 };
  }

  /** Closes a case none of whose alerts is undecided. Answers whether it did. */
  async close(id: string, at: Date): Promise<boolean> {
    const closed = await this.uow.execute(
      `UPDATE kyb_case SET state = 'closed', closed_at = $3, version = version + 1 WHERE tenant_id = $1 AND id = $2 AND state = 'open'
         AND NOT EXISTS (SELECT 1 FROM kyb_alert a WHERE a.tenant_id = $1 AND a.case_id = $2 AND a.state IN ('open', 'proposed'))`,
      [currentTenant(), id, at],
    );
    return closed === 1;
  }

  /** Error: `case.not_found`. */
  async get(id: string, locking: '' | 'FOR UPDATE' = ''): Promise<Case> {
    const [row] = await this.uow.query<Case>(
      `SELECT ${CASE} FROM kyb_case WHERE tenant_id = $1 AND id = $2 ${locking}`,
      [currentTenant(), id],
    );
    if (!row) throw DomainError.notFound('case', id);
    return row;
  }

  /** Newest first; one more than `limit` when there is one. */
  list(
    filter: { state?: string; counterpartyId?: string; assigneeId?: string; overdue?: boolean },
    now: Date,
    { limit, startingAfter }: PageOf,
  ): Promise<Case[]> {
    return this.uow.query<Case>(
      `SELECT ${CASE} FROM kyb_case WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2) AND ($3::text IS NULL OR state = $3)
         AND ($4::uuid IS NULL OR counterparty_id = $4) AND ($5::uuid IS NULL OR assignee_id = $5)
         AND ($6::boolean IS NULL OR (state = 'open' AND due_at < $7) = $6) ORDER BY id DESC LIMIT $8`,
      [
        currentTenant(),
        startingAfter ?? null,
        filter.state ?? null,
        filter.counterpartyId ?? null,
        filter.assigneeId ?? null,
        filter.overdue ?? null,
        now,
        limit + 1,
      ],
    );
  }

  async assign(id: string, assigneeId: string | null): Promise<void> {
    await this.uow.execute(
      'UPDATE kyb_case SET assignee_id = $3, version = version + 1 WHERE tenant_id = $1 AND id = $2',
      [currentTenant(), id, assigneeId],
    );
  }
}
