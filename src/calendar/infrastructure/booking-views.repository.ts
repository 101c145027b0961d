import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { Clock, currentDataScope, currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { BookingStatus, BookingView } from '../contracts/index.js';
import { BOOKING_FIELDS } from './booking.repository.js';

export interface BookingFilter {
  /** Starts at or after. */
  readonly from?: Date;
  /** Starts before. */
  readonly to?: Date;
  readonly staffId?: string;
  readonly customerId?: string;
  readonly status?: BookingStatus;
}

interface ViewRow extends Omit<
  BookingView,
  'startsAt' | 'endsAt' | 'holdExpiresAt' | 'createdAt' | 'price' | 'customer'
> {
  startsAt: Date;
  endsAt: Date;
  holdExpiresAt: Date | null;
  createdAt: Date;
  amount: number;
  currency: string;
  customerId: string | null;
  customerName: string | null;
  customerPhone: string | null;
}

/** $2 is now: a hold that has run out reads as expired whether or not its row says so yet. */
const STATUS = `CASE WHEN b.status = 'held' AND b.hold_expires_at <= $2 THEN 'expired' ELSE b.status END`;

const SELECT = `SELECT b.id, b.code, ${STATUS} AS status, b.service_id AS "serviceId", s.name AS "serviceName",
  b.staff_id AS "staffId", p.name AS "staffName", b.starts_at AS "startsAt", b.ends_at AS "endsAt", b.price_amount AS amount,
  b.price_currency AS currency, b.customer_id AS "customerId", b.customer_name AS "customerName",
  b.customer_phone AS "customerPhone", b.notes, b.source, b.thread_id AS "threadId",
  CASE WHEN b.status = 'held' THEN b.hold_expires_at END AS "holdExpiresAt", b.created_at AS "createdAt", b.version
  FROM booking b
  JOIN service s ON s.tenant_id = b.tenant_id AND s.id = b.service_id
  JOIN staff p ON p.tenant_id = b.tenant_id AND p.id = b.staff_id
  WHERE b.tenant_id = $1 AND ($3::uuid[] IS NULL OR p.person_id = ANY ($3))`;

/** Bookings as others see them, as far as the data scope of the actor shows them ($3: whose diaries; null: everybody's). */
@Injectable()
export class BookingViews {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly cipher: FieldCipher,
  ) {}

  async find(id: string): Promise<BookingView | null> {
    return (await this.select('AND b.id = $4', [id]))[0] ?? null;
  }

  /** A booking that this unit of work has just read or written. */
  async get(id: string): Promise<BookingView> {
    const view = await this.find(id);
    if (!view) throw new Error(`booking ${id} has vanished inside its own transaction`);
    return view;
  }

  /** By start. Answers one row more than `limit` when there is one. */
  list(filter: BookingFilter, limit: number, startingAfter: string | undefined): Promise<BookingView[]> {
    return this.select(
      `AND ($4::timestamptz IS NULL OR b.starts_at >= $4) AND ($5::timestamptz IS NULL OR b.starts_at < $5)
       AND ($6::uuid IS NULL OR b.staff_id = $6) AND ($7::uuid IS NULL OR b.customer_id = $7)
       AND ($8::text IS NULL OR ${STATUS} = $8)
       AND ($9::uuid IS NULL OR (b.starts_at, b.id) > (SELECT starts_at, id FROM booking WHERE tenant_id = $1 AND id = $9))
       ORDER BY b.starts_at, b.id LIMIT $10`,
      [
        filter.from ?? null,
        filter.to ?? null,
        filter.staffId ?? null,
        filter.customerId ?? null,
        filter.status ?? null,
        startingAfter ?? null,
        limit + 1,
      ],
    );
  }

  /** Held and confirmed bookings that end after now, soonest first. */
  ofCustomer(customerId: string): Promise<BookingView[]> {
    return this.select(
      `AND b.customer_id = $4 AND b.ends_at > $2 AND b.status IN ('held', 'confirmed') AND ${STATUS} <> 'expired'
       ORDER BY b.starts_at, b.id`,
      [customerId],
    );
  }

  private async select(where: string, parameters: unknown[]): Promise<BookingView[]> {
    const rows = await this.uow.query<ViewRow>(`${SELECT} ${where}`, [
      currentTenant(),
      this.clock.now(),
      currentDataScope()?.personIds ?? null,
      ...parameters,
    ]);
    const { cancelReason: _none, ...fields } = BOOKING_FIELDS;
    return (await this.cipher.openRows('booking', rows, fields)).map(viewOf);
  }
}

const viewOf = (row: ViewRow): BookingView => {
  const {
    startsAt,
    endsAt,
    holdExpiresAt,
    createdAt,
    amount,
    currency,
    customerId,
    customerName,
    customerPhone,
    ...rest
  } = row;
  return {
    ...rest,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    price: { amount, currency },
    customer: { id: customerId, name: customerName, phone: customerPhone },
    holdExpiresAt: holdExpiresAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
};
