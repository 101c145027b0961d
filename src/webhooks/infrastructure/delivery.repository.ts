import { Injectable } from '@nestjs/common';
import { Clock, currentTenant, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

export interface DeliveryView {
  id: string;
  endpointId: string;
  /** The `webhook-id` of every try. */
  eventId: string;
  eventType: string;
  subject: string;
  sequence: number;
  status: 'pending' | 'delivered' | 'failed';
  attempts: number;
  /** When it is tried next; null when it is not. */
  dueAt: Date | null;
  lastStatus: number | null;
  lastError: string | null;
  createdAt: Date;
  finishedAt: Date | null;
}

export interface AttemptView {
  id: string;
  number: number;
  startedAt: Date;
  durationMs: number;
  outcome: 'delivered' | 'failed' | 'refused';
  status: number | null;
  error: string | null;
  excerpt: string | null;
}

export interface ClaimedDelivery {
  id: string;
  endpointId: string;
  eventId: string;
  body: string;
  tries: number;
  attempts: number;
}

export interface WaitingEvent {
  id: string;
  type: string;
  aggregateId: string;
  occurredAt: Date;
  payload: Record<string, unknown>;
}

export interface NewDelivery {
  readonly endpointId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly aggregateId: string;
  readonly sequence: number;
  readonly body: string;
}

const VIEW = `id, endpoint_id AS "endpointId", event_id AS "eventId", event_type AS "eventType", aggregate_id AS subject,
  sequence, status, attempts, CASE WHEN status = 'pending' THEN due_at END AS "dueAt", last_status AS "lastStatus",
  last_error AS "lastError", created_at AS "createdAt", finished_at AS "finishedAt"`;

@Injectable()
export class DeliveryRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * What waits of the subject of an event up to that event, in order and locked: whoever comes first makes the deliveries of
   * those before it too, so that sequence numbers follow the order of the facts.
   */
  waitingUpTo(eventId: string, aggregateId: string): Promise<WaitingEvent[]> {
    return this.uow.query<WaitingEvent>(
      `SELECT id, type, aggregate_id AS "aggregateId", occurred_at AS "occurredAt", payload FROM webhook_event
       WHERE tenant_id = $1 AND aggregate_id = $2 AND id <= $3 AND fanned_out_at IS NULL ORDER BY id FOR UPDATE`,
      [currentTenant(), aggregateId, eventId],
    );
  }

  async fannedOut(eventId: string): Promise<void> {
    await this.uow.write('UPDATE webhook_event SET fanned_out_at = $3 WHERE tenant_id = $1 AND id = $2', [
      currentTenant(),
      eventId,
      this.clock.now(),
    ]);
  }

  /** The next number of what an endpoint is sent of a subject; given back when the unit of work fails. */
  async nextSequence(endpointId: string, aggregateId: string): Promise<number> {
    const [row] = await this.uow.query<{ last: number }>(
      `INSERT INTO webhook_sequence AS s (tenant_id, id, endpoint_id, aggregate_id, last) VALUES ($1, $2, $3, $4, 1)
       ON CONFLICT (tenant_id, endpoint_id, aggregate_id) DO UPDATE SET last = s.last + 1 RETURNING last`,
      [currentTenant(), newId(), endpointId, aggregateId],
    );
    if (!row) throw new Error('no sequence number was allocated');
    return row.last;
  }

  async insert(delivery: NewDelivery): Promise<string> {
    const id = newId();
    await this.uow.write(
      `INSERT INTO webhook_delivery (tenant_id, id, endpoint_id, event_id, event_type, aggregate_id, sequence, body, status,
         due_at, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9, $9)`,
      [
        currentTenant(),
        id,
        delivery.endpointId,
        delivery.eventId,
        delivery.eventType,
        delivery.aggregateId,
        delivery.sequence,
        delivery.body,
        this.clock.now(),
      ],
    );
    return id;
  }

  /**
   * Takes a due delivery for one try, unless its endpoint has no room, is disabled or is left alone. The endpoint's row is locked, so
   * that two workers count one after the other.
   */
  async claim(
    id: string,
    terms: { claim: string; leaseMs: number; room: number; threshold: number },
  ): Promise<ClaimedDelivery | null> {
    const now = this.clock.now();
    const [endpoint] = await this.uow.query<{ id: string; failures: number }>(
      `SELECT e.id, e.consecutive_failures AS failures FROM webhook_endpoint e
       JOIN webhook_delivery d ON d.tenant_id = e.tenant_id AND d.endpoint_id = e.id
       WHERE d.tenant_id = $1 AND d.id = $2 AND e.status = 'enabled' AND (e.paused_until IS NULL OR e.paused_until <= $3)
       FOR UPDATE OF e`,
      [currentTenant(), id, now],
    );
    if (!endpoint) return null;
    const [claimed] = await this.uow.query<ClaimedDelivery>(
      `UPDATE webhook_delivery SET claim = $3, claimed_until = $4
       WHERE tenant_id = $1 AND id = $2 AND status = 'pending' AND due_at <= $5 AND (claim IS NULL OR claimed_until <= $5)
         AND (SELECT count(*) FROM webhook_delivery d WHERE d.tenant_id = $1 AND d.endpoint_id = $6
              AND d.claim IS NOT NULL AND d.claimed_until > $5) < $7
       RETURNING id, endpoint_id AS "endpointId", event_id AS "eventId", body, tries, attempts`,
      [
        currentTenant(),
        id,
        terms.claim,
        new Date(now.getTime() + terms.leaseMs),
        now,
        endpoint.id,
        endpoint.failures >= terms.threshold ? 1 : terms.room,
      ],
    );
    return claimed ?? null;
  }

  /** Ends a try; false when its claim has run out and another try has begun. `dueAt`: when to try again. */
  async settle(
    id: string,
    claim: string,
    end: {
      status: DeliveryView['status'];
      dueAt: Date | null;
      httpStatus: number | null;
      error: string | null;
    },
  ): Promise<boolean> {
    const settled = await this.uow.execute(
      `UPDATE webhook_delivery SET status = $4, attempts = attempts + 1, tries = tries + 1, due_at = coalesce($5, due_at),
         last_status = $6, last_error = $7, claim = NULL, claimed_until = NULL,
         finished_at = CASE WHEN $4 = 'pending' THEN NULL ELSE $8::timestamptz END
       WHERE tenant_id = $1 AND id = $2 AND claim = $3`,
      [currentTenant(), id, claim, end.status, end.dueAt, end.httpStatus, end.error, this.clock.now()],
    );
    return settled > 0;
  }

  async log(deliveryId: string, attempt: Omit<AttemptView, 'id'>): Promise<void> {
    await this.uow.write(
      `INSERT INTO webhook_attempt (tenant_id, id, delivery_id, number, started_at, duration_ms, outcome, status, error, excerpt)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        currentTenant(),
        newId(),
        deliveryId,
        attempt.number,
        attempt.startedAt,
        attempt.durationMs,
        attempt.outcome,
        attempt.status,
        attempt.error,
        attempt.excerpt,
      ],
    );
  }

  async find(endpointId: string, id: string): Promise<DeliveryView | null> {
    const [row] = await this.uow.query<DeliveryView>(
      `SELECT ${VIEW} FROM webhook_delivery WHERE tenant_id = $1 AND endpoint_id = $2 AND id = $3`,
      [currentTenant(), endpointId, id],
    );
    return row ?? null;
  }

  list(
    endpointId: string,
    page: { limit: number; startingAfter?: string; status?: string },
  ): Promise<DeliveryView[]> {
    return this.uow.query<DeliveryView>(
      `SELECT ${VIEW} FROM webhook_delivery WHERE tenant_id = $1 AND endpoint_id = $2 AND ($3::uuid IS NULL OR id < $3)
         AND ($4::text IS NULL OR status = $4) ORDER BY id DESC LIMIT $5`,
      [currentTenant(), endpointId, page.startingAfter ?? null, page.status ?? null, page.limit + 1],
    );
  }

  attempts(deliveryId: string, page: { limit: number; startingAfter?: string }): Promise<AttemptView[]> {
    return this.uow.query<AttemptView>(
      `SELECT id, number, started_at AS "startedAt", duration_ms AS "durationMs", outcome, status, error, excerpt
       FROM webhook_attempt WHERE tenant_id = $1 AND delivery_id = $2 AND ($3::uuid IS NULL OR id < $3)
       ORDER BY id DESC LIMIT $4`,
      [currentTenant(), deliveryId, page.startingAfter ?? null, page.limit + 1],
    );
  }

  /** Sends again what has ended: the same id and the same bytes. Answers whether there was something to send again. */
  async replay(endpointId: string, id: string): Promise<boolean> {
    const replayed = await this.uow.execute(
      `UPDATE webhook_delivery SET status = 'pending', tries = 0, due_at = $4, finished_at = NULL
       WHERE tenant_id = $1 AND endpoint_id = $2 AND id = $3 AND status <> 'pending'`,
      [currentTenant(), endpointId, id, this.clock.now()],
    );
    return replayed > 0;
  }

  replayFailedSince(endpointId: string, since: Date): Promise<number> {
    return this.uow.execute(
      `UPDATE webhook_delivery SET status = 'pending', tries = 0, due_at = $4, finished_at = NULL
       WHERE tenant_id = $1 AND endpoint_id = $2 AND status = 'failed' AND created_at >= $3`,
      [currentTenant(), endpointId, since, this.clock.now()],
    );
  }
}
