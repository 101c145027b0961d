import { Injectable } from '@nestjs/common';
import { currentContext, type DomainEvent } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { RelaySignal } from './relay-signal.js';

/** Where a context tells the others: events are written in the transaction that made them true. */
@Injectable()
export class Outbox {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly signal: RelaySignal,
  ) {}

  /** Appends events to the current unit of work and wakes the relay once it has committed. */
  async append(...events: DomainEvent<object>[]): Promise<void> {
    if (events.length === 0) return;
    const { tenantId, traceId } = currentContext();
    const rows = events.map((event) => ({
      id: event.id,
      type: event.type,
      aggregate_id: event.aggregateId,
      payload: event.payload,
      available_at: event.availableAt?.toISOString() ?? null,
    }));
    await this.uow.write(
      `INSERT INTO outbox_event (tenant_id, id, type, aggregate_id, payload, trace_id, available_at)
       SELECT $1, e.id, e.type, e.aggregate_id, e.payload, $2, e.available_at
       FROM jsonb_to_recordset($3::jsonb)
         AS e(id uuid, type text, aggregate_id uuid, payload jsonb, available_at timestamptz)`,
      [tenantId, traceId, JSON.stringify(rows)],
    );
    this.uow.afterCommit(() => this.signal.wake());
  }
}
