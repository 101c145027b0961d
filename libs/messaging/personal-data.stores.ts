import { Injectable } from '@nestjs/common';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import {
  type DataSubject,
  type Erasure,
  HoldsPersonalData,
  namedInEvents,
  PersonalDataStore,
  type PersonalRecord,
  PersonalRows,
  type PruneOrder,
  type RowSet,
} from '#libs/privacy';
import type { DeliveryJob } from './delivery-job.js';
import { DeliveryQueues } from './queues.js';

interface Row {
  id: string;
  [field: string]: unknown;
}

/** Members of payloads that are texts of people, or name them. Everything else in an event is an id, a state or an instant. */
const TOLD = ['reason', 'lane'] as const;

const ABOUT = `(x.aggregate_id::text = ANY ($2::text[]) OR x.payload ->> 'threadId' = ANY ($2::text[])
  OR x.payload ->> 'customerId' = ANY ($2::text[]) OR x.payload ->> 'lane' = ANY ($3::text[]))`;
const events = (subject: DataSubject): RowSet => ({
  table: 'outbox_event',
  where: ABOUT,
  parameters: [namedInEvents(subject), subject.lanes],
});

/** Events: ids and facts, and now and then a reason that a person or the model gave. */
@Injectable()
@HoldsPersonalData({
  name: 'messaging.outbox',
  description: 'Internal events about the person’s conversations and bookings',
  dataClasses: ['events'],
  order: 70,
})
export class OutboxStore extends PersonalDataStore {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly rows: PersonalRows,
  ) {
    super();
  }

  async *export(subject: DataSubject): AsyncGenerator<PersonalRecord> {
    const columns = 'x.id, x.type AS event, x.payload, x.occurred_at AS "occurredAt"';
    for await (const row of this.rows.read<Row>(events(subject), columns)) yield { type: 'event', ...row };
  }

  async erase(subject: DataSubject, _now: Date, limit: number): Promise<Erasure> {
    const { table, where, parameters } = events(subject);
    const told = `(x.payload ->> 'reason' IS NOT NULL OR coalesce(x.payload ->> 'lane', 'erased') <> 'erased' OR x.payload ->> 'customerId' IS NOT NULL)`;
    const records = await this.rows.change(
      { table, where: `${where} AND ${told}`, parameters },
      `payload = x.payload
         || CASE WHEN x.payload ? 'reason' THEN '{"reason": null}' ELSE '{}' END::jsonb
         || CASE WHEN x.payload ? 'customerId' THEN '{"customerId": null}' ELSE '{}' END::jsonb
         || CASE WHEN x.payload ? 'lane' THEN '{"lane": "erased"}' ELSE '{}' END::jsonb`,
      limit,
    );
    return {
      records,
      what: 'anonymised',
      reason: 'Events are ids, states and times; the words and the customer in them are gone.',
      more: records === limit,
    };
  }

  /** Settled events, with the notes that they were handled; never one with a dead letter. */
  override async prune(order: PruneOrder): Promise<number> {
    const held = events(order.held);
    const rows: RowSet = {
      table: 'outbox_event',
      where: `NOT coalesce(${held.where}, false) AND x.settled_at < $4 AND NOT EXISTS (
        SELECT 1 FROM dead_letter d WHERE d.tenant_id = x.tenant_id AND d.event_id = x.id)`,
      parameters: [...held.parameters, order.before],
    };
    if (order.dryRun) return this.rows.count(rows);
    const gone = await this.uow.query<{ id: string }>(
      `DELETE FROM outbox_event x WHERE x.tenant_id = $1 AND x.id IN (
         SELECT x.id FROM outbox_event x WHERE x.tenant_id = $1 AND ${rows.where} ORDER BY x.id LIMIT $5 FOR UPDATE SKIP LOCKED)
       RETURNING x.id`,
      [currentTenant(), ...rows.parameters, order.limit],
    );
    await this.uow.execute('DELETE FROM inbox_entry WHERE tenant_id = $1 AND event_id = ANY ($2::uuid[])', [
      currentTenant(),
      gone.map(({ id }) => id),
    ]);
    return gone.length;
  }

  override oldest(): Promise<Date | null> {
    const settled = { table: 'outbox_event', where: 'x.settled_at IS NOT NULL', parameters: [] };
    return this.rows.oldest(settled, 'x.settled_at');
  }
}

const letters = (subject: DataSubject): RowSet => ({
  table: 'dead_letter',
  where: `x.error <> '[erased]' AND x.event_id IN (SELECT e.id FROM outbox_event e WHERE e.tenant_id = x.tenant_id AND ${ABOUT.replaceAll('x.', 'e.')})`,
  parameters: [namedInEvents(subject), subject.lanes],
});

/** Deliveries that were given up. They are kept; what a provider said while it refused is not. */
@Injectable()
@HoldsPersonalData({
  name: 'messaging.dead-letters',
  description: 'Deliveries that failed for good, and why',
  dataClasses: ['events'],
  // Before the events: it finds them by what they name.
  order: 69,
})
export class DeadLetterStore extends PersonalDataStore {
  constructor(private readonly rows: PersonalRows) {
    super();
  }

  async *export(subject: DataSubject): AsyncGenerator<PersonalRecord> {
    const columns = 'x.id, x.event_type AS event, x.handler, x.error, x.created_at AS "createdAt"';
    for await (const row of this.rows.read<Row>(letters(subject), columns))
      yield { type: 'failed-delivery', ...row };
  }

  async erase(subject: DataSubject, _now: Date, limit: number): Promise<Erasure> {
    const records = await this.rows.change(letters(subject), `error = '[erased]'`, limit);
    return {
      records,
      what: 'anonymised',
      reason: 'That a delivery failed is kept, without what was said about it.',
      more: records === limit,
    };
  }
}

/** Jobs in Redis: an event and its handler. They are gone within moments; what of them names the person goes now. */
@Injectable()
@HoldsPersonalData({
  name: 'redis.jobs',
  description: 'Work that is waiting to be done for the person’s conversations',
  dataClasses: ['events'],
  order: 75,
  outside: true,
})
export class JobStore extends PersonalDataStore {
  constructor(private readonly queues: DeliveryQueues) {
    super();
  }

  // Nothing that is not in the outbox, from which each job is made.
  async *export(): AsyncGenerator<PersonalRecord> {
    yield* [];
  }

  async erase(subject: DataSubject): Promise<Erasure> {
    const tenantId = currentTenant();
    const ids = new Set(namedInEvents(subject));
    const lanes = new Set(subject.lanes);
    let records = 0;
    for (const [, queue] of this.queues.all())
      for (const job of await queue.getJobs(['waiting', 'delayed', 'active', 'paused'])) {
        const data = job?.data as DeliveryJob | undefined;
        if (!data || data.tenantId !== tenantId || !isAbout(data, ids, lanes)) continue;
        await job.update({ ...data, event: { ...data.event, payload: emptied(data.event.payload) } });
        records += 1;
      }
    return {
      records,
      what: 'anonymised',
      reason: 'Jobs carry ids and states. Redis keeps nothing of a job that is done.',
    };
  }
}

const isAbout = ({ event }: DeliveryJob, ids: ReadonlySet<string>, lanes: ReadonlySet<string>): boolean =>
  ids.has(event.aggregateId) ||
  ids.has(String(event.payload.threadId)) ||
  ids.has(String(event.payload.customerId)) ||
  lanes.has(String(event.payload.lane));

const emptied = (payload: Record<string, unknown>): Record<string, unknown> => {
  const told = TOLD.filter((member) => typeof payload[member] === 'string');
  return {
    ...payload,
    ...Object.fromEntries(told.map((member) => [member, member === 'lane' ? 'erased' : null])),
  };
};
