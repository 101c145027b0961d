import { Injectable } from '@nestjs/common';
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

/** `data`: SQL for the payload of the event. */
const about = (table: string, data: string, subject: DataSubject): RowSet => ({
  table,
  where: `(x.aggregate_id::text = ANY ($2::text[]) OR ${data} ->> 'customerId' = ANY ($2::text[])
    OR ${data} ->> 'threadId' = ANY ($2::text[]))`,
  parameters: [namedInEvents(subject)],
});

const deliveries = (subject: DataSubject): RowSet =>
  about('webhook_delivery', `x.body::jsonb -> 'data'`, subject);

/** Bodies that were sent to endpoints of the business, kept for replay: ids and facts, and now and then a reason in words. */
@Injectable()
@HoldsPersonalData({
  name: 'webhooks.deliveries',
  description: 'Events about the person that were sent to other systems of the business',
  dataClasses: ['deliveries'],
  order: 72,
})
export class WebhookDeliveryStore extends PersonalDataStore {
  constructor(private readonly rows: PersonalRows) {
    super();
  }

  async *export(subject: DataSubject): AsyncGenerator<PersonalRecord> {
    const columns = 'x.id, x.event_type AS event, x.body, x.status, x.created_at AS "createdAt"';
    for await (const row of this.rows.read<{ id: string; [field: string]: unknown }>(
      deliveries(subject),
      columns,
    ))
      yield { type: 'webhook-delivery', ...row };
  }

  async erase(subject: DataSubject, _now: Date, limit: number): Promise<Erasure> {
    // What waits to be fanned out would come back as a delivery.
    const waiting = await this.rows.delete(about('webhook_event', 'x.payload', subject), limit);
    const sent = await this.rows.delete(deliveries(subject), limit);
    return { records: waiting + sent, what: 'deleted', more: waiting === limit || sent === limit };
  }

  override prune(order: PruneOrder): Promise<number> {
    const held = deliveries(order.held);
    const rows = {
      table: held.table,
      where: `NOT coalesce(${held.where}, false) AND x.created_at < $3 AND x.status <> 'pending'`,
      parameters: [...held.parameters, order.before],
    };
    return this.rows.prune(rows, order);
  }

  override oldest(): Promise<Date | null> {
    return this.rows.oldest({ table: 'webhook_delivery', where: 'true', parameters: [] }, 'x.created_at');
  }
}
