import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { currentDataScope, currentTenant } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { Booking, type BookingState } from '../domain/booking.js';
import { toEpochMinute, toInstant } from '../domain/local-date.js';

/** What an insert ran into: the range, the code, a hold of the same thread, or the same request done before. */
export type Collision =
  { readonly with: 'slot' | 'code' | 'thread' } | { readonly with: 'request'; readonly bookingId: string };

interface BookingRow extends Omit<
  BookingState,
  'start' | 'price' | 'party' | 'durationMinutes' | 'bufferBeforeMinutes' | 'bufferAfterMinutes'
> {
  startsAt: Date;
  endsAt: Date;
  busyFrom: Date;
  busyTo: Date;
  amount: number;
  currency: string;
  customerId: string | null;
  customerName: string | null;
  customerPhone: string | null;
}

const SELECT = `SELECT id, code, status, service_id AS "serviceId", staff_id AS "staffId", starts_at AS "startsAt",
  ends_at AS "endsAt", lower(busy) AS "busyFrom", upper(busy) AS "busyTo", price_amount AS amount, price_currency AS currency,
  customer_id AS "customerId", customer_name AS "customerName", customer_phone AS "customerPhone", notes, source,
  thread_id AS "threadId", idempotency_key AS "idempotencyKey", hold_expires_at AS "holdExpiresAt",
  cancel_reason AS "cancelReason", created_at AS "createdAt", version FROM booking`;

/** What the data scope of the actor shows ($3: whose diaries; null: everybody's). */
const IN_SCOPE = `($3::uuid[] IS NULL OR EXISTS (SELECT FROM staff p
  WHERE p.tenant_id = booking.tenant_id AND p.id = booking.staff_id AND p.person_id = ANY ($3)))`;

/** What is sealed of a booking, by member. */
export const BOOKING_FIELDS = {
  customerName: { column: 'customer_name' },
  customerPhone: { column: 'customer_phone' },
  notes: { column: 'notes' },
  cancelReason: { column: 'cancel_reason' },
} as const;

/**
 * Bookings and holds. That two of them never overlap is the database's own rule (`booking_no_overlap`), and it is asked with
 * ON CONFLICT DO NOTHING: a lost race is a row count.
 *
 * An insert waits for the transaction that is ahead, so locks are taken in one order, lest two wait for each other: the
 * booking that is moved; then, after the look at the calendar, stale holds by id; the thread's own holds; the new range
 * last. Two who want each other's present slot never get as far: each has seen that it is taken.
 */
@Injectable()
export class BookingRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly cipher: FieldCipher,
  ) {}

  /** null also for what the data scope of the actor leaves out. */
  async lock(id: string): Promise<Booking | null> {
    const parameters = [currentTenant(), id, currentDataScope()?.personIds ?? null];
    for (;;) {
      const [row] = await this.uow.query<BookingRow>(
        `${SELECT} WHERE tenant_id = $1 AND id = $2 AND ${IN_SCOPE} FOR UPDATE`,
        parameters,
      );
      if (row) {
        const [opened = row] = await this.cipher.openRows('booking', [row], BOOKING_FIELDS);
        return restore(opened);
      }
      // A move puts a new row in place of the one that we were waiting for; only a further look sees it.
      if (!(await this.exists(parameters))) return null;
    }
  }

  async findIdByRequest(idempotencyKey: string): Promise<string | null> {
    const [row] = await this.uow.query<{ id: string }>(
      'SELECT id FROM booking WHERE tenant_id = $1 AND idempotency_key = $2',
      [currentTenant(), idempotencyKey],
    );
    return row?.id ?? null;
  }

  /** Stores a new booking with its events, or answers what is in its way. */
  async insert(booking: Booking): Promise<Collision | null> {
    const { id, busy, end, snapshot: s } = booking;
    const sealed = await this.sealed(booking);
    const inserted = await this.uow.query(
      `INSERT INTO booking (tenant_id, id, code, status, service_id, staff_id, starts_at, ends_at, busy, price_amount,
         price_currency, customer_id, customer_name, customer_phone, notes, source, thread_id, idempotency_key,
         hold_expires_at, created_at, version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, tstzrange($9, $10), $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
       ON CONFLICT DO NOTHING RETURNING id`,
      [
        currentTenant(),
        id,
        s.code,
        s.status,
        s.serviceId,
        s.staffId,
        toInstant(s.start),
        toInstant(end),
        toInstant(busy.from),
        toInstant(busy.to),
        s.price.amount,
        s.price.currency,
        s.party.customerId,
        sealed.name,
        sealed.phone,
        sealed.notes,
        s.source,
        s.threadId,
        s.idempotencyKey,
        s.holdExpiresAt,
        s.createdAt,
        s.version,
      ],
    );
    if (inserted.length === 0) return this.collisionOf(s);
    await this.outbox.append(...booking.pullEvents());
    return null;
  }

  /** Writes a changed status of a locked booking. */
  async save(booking: Booking): Promise<void> {
    const s = booking.snapshot;
    const { cancelReason } = await this.sealed(booking);
    await this.uow.execute(
      `UPDATE booking SET status = $3, hold_expires_at = $4, cancel_reason = $5, version = $6
       WHERE tenant_id = $1 AND id = $2`,
      [currentTenant(), booking.id, s.status, s.holdExpiresAt, cancelReason, s.version],
    );
    await this.outbox.append(...booking.pullEvents());
  }

  /**
   * Writes the new place of a locked booking; false when it is taken, and then the unit of work must be rolled back. An
   * UPDATE has no ON CONFLICT, so the row is taken out and put in again by one statement.
   */
  async move(booking: Booking): Promise<boolean> {
    const { id, busy, end, snapshot: s } = booking;
    const moved = await this.uow.query(
      `WITH old AS (DELETE FROM booking WHERE tenant_id = $1 AND id = $2 RETURNING *)
       INSERT INTO booking (tenant_id, id, code, status, service_id, staff_id, starts_at, ends_at, busy, price_amount,
         price_currency, customer_id, customer_name, customer_phone, notes, source, thread_id, idempotency_key,
         hold_expires_at, cancel_reason, created_at, version)
       SELECT tenant_id, id, code, status, service_id, $3, $4, $5, tstzrange($6, $7), price_amount, price_currency,
         customer_id, customer_name, customer_phone, notes, source, thread_id, idempotency_key, hold_expires_at,
         cancel_reason, created_at, $8
       FROM old ON CONFLICT DO NOTHING RETURNING id`,
      [
        currentTenant(),
        id,
        s.staffId,
        toInstant(s.start),
        toInstant(end),
        toInstant(busy.from),
        toInstant(busy.to),
        s.version,
      ],
    );
    if (moved.length === 0) return false;
    await this.outbox.append(...booking.pullEvents());
    return true;
  }

  /** Ends holds that have run out. Rows are locked in the order of their ids. */
  async expire(holdIds: readonly string[], now: Date): Promise<void> {
    if (holdIds.length === 0) return;
    await this.uow.execute(
      `UPDATE booking SET status = 'expired', version = version + 1 WHERE tenant_id = $1 AND id IN (
         SELECT id FROM booking
         WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND status = 'held' AND hold_expires_at <= $3 ORDER BY id FOR UPDATE)`,
      [currentTenant(), holdIds, now],
    );
  }

  /**
   * Ends whatever the thread holds, but for the hold of the same request, and answers how many holds had not run out by
   * themselves.
   */
  async releaseThread(threadId: string, now: Date, exceptRequest: string | null = null): Promise<number> {
    const released = await this.uow.query<{ status: string }>(
      `UPDATE booking SET status = CASE WHEN hold_expires_at <= $3 THEN 'expired' ELSE 'cancelled' END,
         hold_expires_at = NULL, version = version + 1
       WHERE tenant_id = $1 AND thread_id = $2 AND status = 'held' AND idempotency_key IS DISTINCT FROM $4
       RETURNING status`,
      [currentTenant(), threadId, now, exceptRequest],
    );
    return released.filter(({ status }) => status === 'cancelled').length;
  }

  /** Who is no customer (yet) is a subject by the booking: its key goes with them, and what the audit trail has of it. */
  private async sealed({ id, snapshot: { party, notes, cancelReason } }: Booking) {
    const seal = async (value: string | null, column: string) =>
      value === null
        ? null
        : this.cipher.seal(value, { table: 'booking', column, rowId: id }, party.customerId ?? id);
    return {
      name: await seal(party.name, 'customer_name'),
      phone: await seal(party.phone, 'customer_phone'),
      notes: await seal(notes, 'notes'),
      cancelReason: await seal(cancelReason, 'cancel_reason'),
    };
  }

  private async exists(parameters: unknown[]): Promise<boolean> {
    const found = await this.uow.query(
      `SELECT 1 FROM booking WHERE tenant_id = $1 AND id = $2 AND ${IN_SCOPE}`,
      parameters,
    );
    return found.length > 0;
  }

  private async collisionOf({ code, threadId, status, idempotencyKey }: BookingState): Promise<Collision> {
    const [row] = await this.uow.query<{
      sameRequest: string | null;
      sameCode: boolean;
      sameThread: boolean;
    }>(
      `SELECT (SELECT id FROM booking WHERE tenant_id = $1 AND idempotency_key = $2) AS "sameRequest",
         EXISTS (SELECT FROM booking WHERE tenant_id = $1 AND code = $3) AS "sameCode",
         EXISTS (SELECT FROM booking WHERE tenant_id = $1 AND thread_id = $4 AND status = 'held') AS "sameThread"`,
      [currentTenant(), idempotencyKey, code, threadId],
    );
    if (row?.sameRequest) return { with: 'request', bookingId: row.sameRequest };
    if (row?.sameCode) return { with: 'code' };
    return { with: row?.sameThread && status === 'held' ? 'thread' : 'slot' };
  }
}

const minutesBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 60_000;

const restore = (row: BookingRow): Booking => {
  const {
    startsAt,
    endsAt,
    busyFrom,
    busyTo,
    amount,
    currency,
    customerId,
    customerName,
    customerPhone,
    ...rest
  } = row;
  return Booking.restore({
    ...rest,
    start: toEpochMinute(startsAt),
    durationMinutes: minutesBetween(startsAt, endsAt),
    bufferBeforeMinutes: minutesBetween(busyFrom, startsAt),
    bufferAfterMinutes: minutesBetween(endsAt, busyTo),
    price: { amount, currency },
    party: { customerId, name: customerName, phone: customerPhone },
  });
};
