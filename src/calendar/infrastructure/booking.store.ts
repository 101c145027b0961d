import { Injectable } from '@nestjs/common';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import {
  type DataSubject,
  type Erasure,
  HoldsPersonalData,
  PersonalDataStore,
  type PersonalRecord,
  PersonalRows,
  type PruneOrder,
  type RowSet,
  type SubjectPart,
} from '#libs/privacy';

interface Row {
  id: string;
  [field: string]: unknown;
}

const COLUMNS = `x.id, x.code, x.status, x.service_id AS "serviceId", x.staff_id AS "staffId", x.starts_at AS "startsAt",
  x.ends_at AS "endsAt", x.price_amount AS "priceAmount", x.price_currency AS "priceCurrency",
  x.customer_name AS "customerName", x.customer_phone AS "customerPhone", x.notes, x.source,
  x.cancel_reason AS "cancelReason", x.created_at AS "createdAt"`;

/** Whatever of a booking says whose it was. */
const NAMED = `(x.customer_id IS NOT NULL OR x.customer_name IS NOT NULL OR x.customer_phone IS NOT NULL OR x.notes IS NOT NULL
  OR x.cancel_reason IS NOT NULL OR x.thread_id IS NOT NULL OR x.idempotency_key IS NOT NULL)`;

/** A hold of somebody who is gone is let go; a booking stays, as time that is taken by nobody in particular. */
const UNNAMED = `customer_id = NULL, customer_name = NULL, customer_phone = NULL, notes = NULL, cancel_reason = NULL,
  thread_id = NULL, idempotency_key = NULL, hold_expires_at = NULL, version = x.version + 1,
  status = CASE WHEN x.status = 'held' THEN 'cancelled' ELSE x.status END`;

/** Who booked. The slot is the business's, and is kept without them. */
@Injectable()
@HoldsPersonalData({
  name: 'calendar.bookings',
  description: 'Bookings the person made, and what was noted about them',
  dataClasses: ['bookings'],
  order: 50,
})
export class BookingStore extends PersonalDataStore {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly rows: PersonalRows,
  ) {
    super();
  }

  override async locate({ customerIds, phones }: DataSubject): Promise<SubjectPart> {
    const found = await this.uow.query<{ id: string }>(
      'SELECT id FROM booking WHERE tenant_id = $1 AND customer_id = ANY ($2::uuid[])',
      [currentTenant(), customerIds],
    );
    const ids = found.map(({ id }) => id);
    if (phones.length === 0) return { bookingIds: ids };
    // What staff booked for somebody without a conversation has the number only, and that is sealed.
    const unlinked = {
      table: 'booking',
      where: 'x.customer_id IS NULL AND x.customer_phone IS NOT NULL',
      parameters: [],
    };
    for await (const row of this.rows.read<Row>(unlinked, 'x.id, x.customer_phone AS "customerPhone"'))
      if (phones.includes(String(row['customerPhone']))) ids.push(row.id);
    return { bookingIds: ids };
  }

  async *export(subject: DataSubject): AsyncGenerator<PersonalRecord> {
    for await (const row of this.rows.read<Row>(ofSubject(subject), COLUMNS))
      yield { type: 'booking', ...row };
  }

  async erase(subject: DataSubject, _now: Date, limit: number): Promise<Erasure> {
    const { where, ...rest } = ofSubject(subject);
    const records = await this.rows.change({ ...rest, where: `(${where}) AND ${NAMED}` }, UNNAMED, limit);
    return {
      records,
      what: 'anonymised',
      reason: 'The time stays booked, without the person, so that the calendar of the business remains true.',
      more: records === limit,
    };
  }

  override prune(order: PruneOrder): Promise<number> {
    const { where, parameters } = ofSubject(order.held);
    const rows = {
      table: 'booking',
      where: `NOT coalesce(${where}, false) AND x.ends_at < $4 AND ${NAMED}`,
      parameters: [...parameters, order.before],
    };
    return this.rows.prune(rows, order, UNNAMED);
  }

  override oldest(): Promise<Date | null> {
    return this.rows.oldest({ table: 'booking', where: NAMED, parameters: [] }, 'x.ends_at');
  }
}

const ofSubject = ({ bookingIds, customerIds }: DataSubject): RowSet => ({
  table: 'booking',
  where: '(x.id = ANY ($2::uuid[]) OR x.customer_id = ANY ($3::uuid[]))',
  parameters: [bookingIds, customerIds],
});
