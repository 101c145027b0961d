import { Query } from '@nestjs/cqrs';
import type { Money } from '#libs/kernel';

export interface ServiceView {
  id: string;
  name: string;
  description: string | null;
  durationMinutes: number;
  bufferBeforeMinutes: number;
  bufferAfterMinutes: number;
  price: Money;
  active: boolean;
  version: number;
}

export interface StaffView {
  id: string;
  name: string;
  /** The member whose diary it is. */
  personId: string | null;
  serviceIds: string[];
  active: boolean;
  version: number;
}

export interface SlotView {
  /** ISO-8601 UTC. */
  startsAt: string;
  endsAt: string;
  /** Who can take it, in the order they would be chosen. */
  staffIds: string[];
}

export type BookingStatus = 'held' | 'confirmed' | 'cancelled' | 'expired';

export interface BookingView {
  id: string;
  /** Short code a person can read out: 6 characters without 0/O, 1/I/L. Unique in the tenant. */
  code: string;
  status: BookingStatus;
  serviceId: string;
  serviceName: string;
  staffId: string;
  staffName: string;
  /** ISO-8601 UTC. */
  startsAt: string;
  endsAt: string;
  /** Snapshot of the service's price when it was held. */
  price: Money;
  customer: { id: string | null; name: string | null; phone: string | null };
  notes: string | null;
  source: 'assistant' | 'staff';
  threadId: string | null;
  holdExpiresAt: string | null;
  createdAt: string;
  version: number;
}

/** Active services by name. */
export class ListServicesQuery extends Query<ServiceView[]> {}

export class ListStaffQuery extends Query<StaffView[]> {
  constructor(readonly filter: { serviceId?: string } = {}) {
    super();
  }
}

export interface OpeningHours {
  timeZone: string;
  /** ISO weekday 1 (Monday) to 7; the union of the active staff's hours. */
  days: { weekday: number; intervals: { from: string; to: string }[] }[];
  /** Coming 60 days, business-wide exceptions only. `date` is YYYY-MM-DD; no interval means closed. */
  exceptions: { date: string; intervals: { from: string; to: string }[] }[];
}

export class OpeningHoursQuery extends Query<OpeningHours> {}

/** IANA zone in whose wall-clock time the business is booked. */
export class CalendarZoneQuery extends Query<string> {}

export interface Availability {
  timeZone: string;
  slots: SlotView[];
  /** True when `limit` cut the list. */
  truncated: boolean;
  /** When there is no slot at all: the commonest reason, from the same engine that refuses a write. */
  reason: { code: string; message: string } | null;
}

/** Free slots whose start is in [from, to). Instants; at most 62 days apart. */
export class FindSlotsQuery extends Query<Availability> {
  constructor(
    readonly criteria: { serviceId: string; from: Date; to: Date; staffId?: string; limit?: number },
  ) {
    super();
  }
}

/** Held (unexpired) and confirmed bookings of a customer that end in the future, soonest first. */
export class ListCustomerBookingsQuery extends Query<BookingView[]> {
  constructor(readonly customerId: string) {
    super();
  }
}
