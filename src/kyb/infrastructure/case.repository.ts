import { Injectable } from '@nestjs/common';
import { currentTenant, DomainError, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { Priority } from '../domain/priority.js';
import { actorName } from './alert.repository.js';

export interface Case {
  readonly id: string;
  readonly counterpartyId: string;
  readonly state: 'open' | 'closed';
  readonly priority: Priority;
  readonly assigneeId: string | null;
  /** The earliest time by which one of its alerts has to be decided. */
  readonly dueAt: Date;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  /** When it was found that its time is over; null when it is not, or was not found yet. */
  readonly overdueAt: Date | null;
  readonly version: number;
}

/** What happened to a case, once. */
export interface CaseEvent {
  readonly id: string;
  readonly kind: CaseEventKind;
  /** `user:<id>`, `api-key:<id>`, `system:<name>` */
  readonly actor: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

export const CASE_EVENTS = ['opened', 'assigned', 'priority', 'due', 'overdue', 'closed'] as const;
export type CaseEventKind = (typeof CASE_EVENTS)[number];

export interface CaseFilter {
  readonly state?: string;
  readonly priority?: string;
  readonly counterpartyId?: string;
  readonly assigneeId?: string;
  /** Open ones whose time is over, or the others. */
  readonly overdue?: boolean;
}

interface PageOf {
  readonly limit: number;
  readonly startingAfter?: string;
}

const CASE = `id, counterparty_id AS "counterpartyId", state, priority, assignee_id AS "assigneeId", due_at AS "dueAt",
  opened_at AS "openedAt", closed_at AS "closedAt", overdue_at AS "overdueAt", version`;
const EVENT = 'id, kind, actor, facts, at';

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
  async insert(
    { counterpartyId, dueAt, priority }: Pick<Case, 'counterpartyId' | 'dueAt' | 'priority'>,
    at: Date,
  ): Promise<string> {
    const id = newId();
    await this.uow.write(
      `INSERT INTO kyb_case (tenant_id, id, counterparty_id, state, priority, due_at, opened_at)
       VALUES ($1, $2, $3, 'open', $4, $5, $6)`,
      [currentTenant(), id, counterpartyId, priority, dueAt, at],
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

  /** A case that has time again is not overdue any more. */
  async setDue(id: string, dueAt: Date, at: Date): Promise<void> {
    await this.uow.execute(
      `UPDATE kyb_case SET due_at = $3, overdue_at = CASE WHEN $3 <= $4::timestamptz THEN overdue_at END, version = version + 1
       WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id, dueAt, at],
    );
  }

  async setPriority(id: string, priority: Priority): Promise<void> {
    await this.uow.execute(
      'UPDATE kyb_case SET priority = $3, version = version + 1 WHERE tenant_id = $1 AND id = $2',
      [currentTenant(), id, priority],
    );
  }

  async setOverdue(id: string, at: Date): Promise<void> {
    await this.uow.execute(
      'UPDATE kyb_case SET overdue_at = $3, version = version + 1 WHERE tenant_id = $1 AND id = $2',
      [currentTenant(), id, at],
    );
  }

  /** Writes down what happened to a case. */
  async note(
    caseId: string,
    kind: CaseEventKind,
    at: Date,
    facts: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    await this.uow.write(
      'INSERT INTO kyb_case_event (tenant_id, id, case_id, kind, actor, facts, at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [currentTenant(), newId(), caseId, kind, actorName(), JSON.stringify(facts), at],
    );
  }

  /** Oldest first; one more than `limit` when there is one. */
  history(caseId: string, { limit, startingAfter }: PageOf): Promise<CaseEvent[]> {
    return this.uow.query<CaseEvent>(
      `SELECT ${EVENT} FROM kyb_case_event WHERE tenant_id = $1 AND case_id = $2 AND ($3::uuid IS NULL OR id > $3)
       ORDER BY id LIMIT $4`,
      [currentTenant(), caseId, startingAfter ?? null, limit + 1],
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
  list(filter: CaseFilter, now: Date, { limit, startingAfter }: PageOf): Promise<Case[]> {
    return this.uow.query<Case>(
      `SELECT ${CASE} FROM kyb_case WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2) AND ($3::text IS NULL OR state = $3)
         AND ($4::uuid IS NULL OR counterparty_id = $4) AND ($5::uuid IS NULL OR assignee_id = $5)
         AND ($6::boolean IS NULL OR (state = 'open' AND due_at < $7) = $6) AND ($8::text IS NULL OR priority = $8)
       ORDER BY id DESC LIMIT $9`,
      [
        currentTenant(),
        startingAfter ?? null,
        filter.state ?? null,
        filter.counterpartyId ?? null,
        filter.assigneeId ?? null,
        filter.overdue ?? null,
        now,
        filter.priority ?? null,
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
