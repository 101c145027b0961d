import type { DomainEvent } from '#libs/kernel';

/** What a Bull job carries: one event for one handler. */
export interface DeliveryJob {
  readonly tenantId: string;
  readonly traceId: string;
  readonly handler: string;
  readonly event: Pick<DomainEvent, 'id' | 'type' | 'aggregateId' | 'payload'>;
  /** How often the handler asked to come back later. */
  readonly defers?: number;
  /** Tries that were used up before it was deferred: coming back later gives no new ones. */
  readonly tried?: number;
}

/** The same pair has the same job id, so that Bull drops a second one while the first is there. */
export const jobIdOf = (job: DeliveryJob): string =>
  [job.event.id, job.handler, ...(job.defers ? [job.defers] : [])].join('~');

/** A row of `outbox_event`, as the claiming and sweeping functions answer it. */
export interface OutboxRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly type: string;
  readonly aggregate_id: string;
  readonly payload: Record<string, unknown>;
  readonly trace_id: string;
  readonly available_at: Date | null;
}

export const toJob = (row: OutboxRow, handler: string): DeliveryJob => ({
  tenantId: row.tenant_id,
  traceId: row.trace_id,
  handler,
  event: { id: row.id, type: row.type, aggregateId: row.aggregate_id, payload: row.payload },
});
