import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { currentContext, currentTenant, DomainError, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { Alert, Happening } from '../domain/alert.js';
import { sealedFor } from '../domain/counterparty.js';

export interface AlertEvent extends Happening {
  readonly id: string;
  /** The case it happened in. */
  readonly caseId: string;
  readonly note: string | null;
}

export interface AlertFilter {
  readonly state?: string;
  readonly severity?: string;
  readonly kind?: string;
  readonly counterpartyId?: string;
  readonly caseId?: string;
  readonly assigneeId?: string;
  /** Undecided ones whose time is over. */
  readonly overdue?: boolean;
}

interface PageOf {
  readonly limit: number;
  readonly startingAfter?: string;
}

const COLUMNS = `id, counterparty_id AS "counterpartyId", case_id AS "caseId", subject, kind, severity, state, entry_hash AS "entryHash",
  score, check_id AS "checkId", raised_at AS "raisedAt", last_seen_at AS "lastSeenAt", due_at AS "dueAt", assignee_id AS "assigneeId",
  disposition, reason_code AS "reasonCode", proposed_by AS "proposedBy", proposed_at AS "proposedAt", decided_by AS "decidedBy",
  decided_at AS "decidedAt", expires_at AS "expiresAt", stopping, version`;
const EVENT = 'id, case_id AS "caseId", kind, actor, facts, note, at';
const place = (rowId: string) => ({ table: 'kyb_alert_event', column: 'note', rowId });

/** Who acts, as alerts name them. */
export const actorName = (): string => {
  const { actor } = currentContext();
  return `${actor.kind}:${actor.id}`;
};

/** Alerts, and what happened to them. Notes are sealed. */
@Injectable()
export class AlertRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cipher: FieldCipher,
  ) {}

  /** With its row locked, so that of two decisions one comes second. Error: `alert.not_found`. */
  async lock(id: string): Promise<Alert> {
    const [row] = await this.uow.query<Alert>(
      `SELECT ${COLUMNS} FROM kyb_alert WHERE tenant_id = $1 AND id = $2 FOR UPDATE`,
      [currentTenant(), id],
    );
    if (!row) throw DomainError.notFound('alert', id);
    return row;
  }

  async get(id: string): Promise<Alert> {
    const [row] = await this.uow.query<Alert>(
      `SELECT ${COLUMNS} FROM kyb_alert WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), id],
    );
    if (!row) throw DomainError.notFound('alert', id);
    return row;
  }

  /** All of a counterparty, by subject, locked. */
  async lockOf(counterpartyId: string): Promise<Map<string, Alert>> {
    const rows = await this.uow.query<Alert>(
      `SELECT ${COLUMNS} FROM kyb_alert WHERE tenant_id = $1 AND counterparty_id = $2 ORDER BY id FOR UPDATE`,
      [currentTenant(), counterpartyId],
    );
    return new Map(rows.map((row) => [row.subject, row]));
  }

  /** Those that stop something, of all counterparties. */
  stopping(): Promise<Alert[]> {
    return this.uow.query<Alert>(
      `SELECT ${COLUMNS} FROM kyb_alert WHERE tenant_id = $1 AND stopping ORDER BY counterparty_id, id`,
      [currentTenant()],
    );
  }

  /** Newest first; one more than `limit` when there is one. */
  list(filter: AlertFilter, now: Date, { limit, startingAfter }: PageOf): Promise<Alert[]> {
    return this.uow.query<Alert>(
      `SELECT ${COLUMNS} FROM kyb_alert WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2) AND ($3::text IS NULL OR state = $3)
         AND ($4::text IS NULL OR severity = $4) AND ($5::text IS NULL OR kind = $5) AND ($6::uuid IS NULL OR counterparty_id = $6)
         AND ($7::uuid IS NULL OR case_id = $7) AND ($8::uuid IS NULL OR assignee_id = $8)
         AND ($9::boolean IS NULL OR (state IN ('open', 'proposed') AND due_at < $10) = $9) ORDER BY id DESC LIMIT $11`,
      [
        currentTenant(),
        startingAfter ?? null,
        filter.state ?? null,
        filter.severity ?? null,
        filter.kind ?? null,
        filter.counterpartyId ?? null,
        filter.caseId ?? null,
        filter.assigneeId ?? null,
        filter.overdue ?? null,
        now,
        limit + 1,
      ],
    );
  }

  /** Ids of approved ones whose time is over, in their order. */
  async expired(now: Date, { after, limit }: { after: string | null; limit: number }): Promise<string[]> {
    const rows = await this.uow.query<{ id: string }>(
      `SELECT id FROM kyb_alert WHERE tenant_id = $1 AND state = 'approved' AND expires_at <= $2
         AND ($3::uuid IS NULL OR id > $3) ORDER BY id LIMIT $4`,
      [currentTenant(), now, after, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Writes an alert, which is new or locked. */
  async save(alert: Alert): Promise<void> {
    await this.uow.execute(
      `INSERT INTO kyb_alert AS a (tenant_id, id, counterparty_id, case_id, subject, kind, severity, state, entry_hash, score, check_id,
         raised_at, last_seen_at, due_at, assignee_id, disposition, reason_code, proposed_by, proposed_at, decided_by, decided_at, expires_at, stopping)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
       ON CONFLICT (tenant_id, id) DO UPDATE SET case_id = excluded.case_id, kind = excluded.kind, severity = excluded.severity,
         state = excluded.state, entry_hash = excluded.entry_hash, score = excluded.score, check_id = excluded.check_id,
         raised_at = excluded.raised_at, last_seen_at = excluded.last_seen_at, due_at = excluded.due_at, assignee_id = excluded.assignee_id,
         disposition = excluded.disposition, reason_code = excluded.reason_code, proposed_by = excluded.proposed_by,
         proposed_at = excluded.proposed_at, decided_by = excluded.decided_by, decided_at = excluded.decided_at,
         expires_at = excluded.expires_at, stopping = excluded.stopping, version = a.version + 1`,
      [
        currentTenant(),
        alert.id,
        alert.counterpartyId,
        alert.caseId,
        alert.subject,
        alert.kind,
        alert.severity,
        alert.state,
        alert.entryHash,
        alert.score,
        alert.checkId,
        alert.raisedAt,
        alert.lastSeenAt,
        alert.dueAt,
        alert.assigneeId,
        alert.disposition,
        alert.reasonCode,
        alert.proposedBy,
        alert.proposedAt,
        alert.decidedBy,
        alert.decidedAt,
        alert.expiresAt,
        alert.stopping,
      ],
    );
  }

  /**
   * Notes that a check has shown findings as they were known, by the check that did so last. It changes nothing that anybody decides
   * by: the version stays.
   */
  async touch(counterpartyId: string, checkId: string): Promise<void> {
    await this.uow.write(
      `UPDATE kyb_alert a SET last_seen_at = m.last_seen_at, check_id = m.check_id FROM kyb_match m
       WHERE a.tenant_id = $1 AND a.counterparty_id = $2 AND a.state <> 'closed' AND a.last_seen_at < m.last_seen_at
         AND m.tenant_id = $1 AND m.counterparty_id = $2 AND m.removed_at IS NULL
         AND a.subject = 'hit:' || m.list || ':' || m.entry_id AND a.entry_hash = m.entry_hash`,
      [currentTenant(), counterpartyId],
    );
    await this.uow.write(
      `UPDATE kyb_alert a SET last_seen_at = k.finished_at, check_id = k.id FROM kyb_check k
       WHERE a.tenant_id = $1 AND a.counterparty_id = $2 AND a.state <> 'closed' AND a.last_seen_at < k.finished_at
         AND k.tenant_id = $1 AND k.id = $3 AND k.state NOT IN ('not_checked', 'not_applicable')
         AND a.subject = 'field:' || k.source || ':state'`,
      [currentTenant(), counterpartyId, checkId],
    );
  }

  /** Writes down what happened to an alert, in the case that it is in. */
  async note(
    { id: alertId, caseId, counterpartyId }: Pick<Alert, 'id' | 'caseId' | 'counterpartyId'>,
    kind: string,
    at: Date,
    facts: Readonly<Record<string, unknown>> = {},
    note: string | null = null,
  ): Promise<AlertEvent> {
    const event: AlertEvent = { id: newId(), caseId, kind, actor: actorName(), facts, note, at };
    const { id, actor } = event;
    await this.uow.write(
      `INSERT INTO kyb_alert_event (tenant_id, id, alert_id, case_id, kind, actor, facts, note, at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        currentTenant(),
        id,
        alertId,
        caseId,
        kind,
        actor,
        JSON.stringify(facts),
        note === null ? null : await this.cipher.seal(note, place(id), await this.subjectOf(counterpartyId)),
        at,
      ],
    );
    return event;
  }

  /** Oldest first; one more than `limit` when there is one. */
  async history(alertId: string, { limit, startingAfter }: PageOf): Promise<AlertEvent[]> {
    const rows = await this.uow.query<AlertEvent>(
      `SELECT ${EVENT} FROM kyb_alert_event WHERE tenant_id = $1 AND alert_id = $2 AND ($3::uuid IS NULL OR id > $3)
       ORDER BY id LIMIT $4`,
      [currentTenant(), alertId, startingAfter ?? null, limit + 1],
    );
    return this.opened(rows);
  }

  /** Every alert that is or was in a case, with what happened to it there, oldest first. */
  async ofCase(caseId: string): Promise<{ alert: Alert; history: AlertEvent[] }[]> {
    const alerts = await this.uow.query<Alert>(
      `SELECT ${COLUMNS} FROM kyb_alert a WHERE tenant_id = $1 AND EXISTS (SELECT 1 FROM kyb_alert_event e
         WHERE e.tenant_id = a.tenant_id AND e.alert_id = a.id AND e.case_id = $2) ORDER BY id`,
      [currentTenant(), caseId],
    );
    const rows = await this.uow.query<AlertEvent & { alertId: string }>(
      `SELECT ${EVENT}, alert_id AS "alertId" FROM kyb_alert_event WHERE tenant_id = $1 AND case_id = $2 ORDER BY id`,
      [currentTenant(), caseId],
    );
    const events = await this.opened(rows);
    return alerts.map((alert) => ({
      alert,
      history: events.flatMap(({ alertId, ...event }) => (alertId === alert.id ? [event] : [])),
    }));
  }

  private async subjectOf(counterpartyId: string): Promise<string | null> {
    const [row] = await this.uow.query<{ kind: string }>(
      'SELECT kind FROM counterparty WHERE tenant_id = $1 AND id = $2',
      [currentTenant(), counterpartyId],
    );
    return row ? sealedFor(counterpartyId, row) : null;
  }

  private opened<E extends AlertEvent>(rows: E[]): Promise<E[]> {
    return this.cipher.openRows('kyb_alert_event', rows, { note: { column: 'note' } });
  }
}
