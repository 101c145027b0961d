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

  /** The open case of a counterparty, with its row locked; null when there is none. */
  async openOf(counterpartyId: string): Promise<Case | null> {
    const [row] = await this.uow.query<Case>(
      `SELECT ${CASE} FROM kyb_case WHERE tenant_id = $1 AND counterparty_id = $2 AND state = 'open' FOR UPDATE`,
      [currentTenant(), counterpartyId],
    );
    return row ?? null;
  }

  /** Opens a case for a counterparty that has no open one. Answers its id. */
  async insert(counterpartyId: string, dueAt: Date, at: Date): Promise<string> {
    const id = newId();
    await this.uow.write(
      `INSERT INTO kyb_case (tenant_id, id, counterparty_id, state, due_at, opened_at) VALUES ($1, $2, $3, 'open', $4, $5)`,
      [currentTenant(), id, counterpartyId, dueAt, at],
    );
    return id;
  }

  /** By when the first of its alerts has to be decided; null when none is undecided. */
  async earliestDue(id: string): Promise<Date | null> {
    const [row] = await this.uow.query<{ dueAt: Date | null }>(
      `SELECT min(due_at) AS "dueAt" FROM kyb_alert WHERE tenant_id = $1 AND case_id = $2 AND state IN ('open', 'proposed')`,
      [currentTenant(), id],
    );
    return row?.dueAt ?? null;
  }

  async close(id: string, at: Date): Promise<void> {
    await this.uow.execute(
      `UPDATE kyb_case SET state = 'closed', closed_at = $3, version = version + 1 WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id, at],
    );
  }

  async setDue(id: string, dueAt: Date): Promise<void> {
    await this.uow.execute(
      'UPDATE kyb_case SET due_at = $3, version = version + 1 WHERE tenant_id = $1 AND id = $2',
      [currentTenant(), id, dueAt],
    );
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
