import { Command } from '@nestjs/cqrs';
import type { BookingView } from './calendar.queries.js';

/** Who the slot is for, taken from the session of the thread or of the API caller, never from a model. */
export interface BookingParty {
  customerId: string | null;
  name: string | null;
  /** E.164 with "+". */
  phone: string | null;
}

/**
 * Holds a slot for `holdTtlSeconds` of the business. A hold of the same thread is released first, so that a customer
 * who changes their mind holds one slot at most.
 * Errors: `calendar.service_not_found`, `calendar.staff_not_found`, and the slot refusals of `calendar/README.md`
 * (`calendar.slot_taken` with `facts.alternatives: SlotView[]`).
 * The same `idempotencyKey` again answers the same booking.
 */
export class HoldSlotCommand extends Command<BookingView> {
  constructor(
    readonly input: {
      serviceId: string;
      startsAt: Date;
      staffId?: string;
      party: BookingParty;
      threadId: string | null;
      idempotencyKey: string;
    },
  ) {
    super();
  }
}

/** Confirms a hold. `threadId`, when given, must be the one that holds it. Confirming twice answers the same booking. Errors: `calendar.hold_not_found`, `calendar.hold_expired` (409). */
export class ConfirmBookingCommand extends Command<BookingView> {
  constructor(readonly input: { holdId: string; threadId: string | null }) {
    super();
  }
}

/** Creates a confirmed booking in one step (staff at the desk). The same refusals as a hold. */
export class CreateBookingCommand extends Command<BookingView> {
  constructor(
    readonly input: {
      serviceId: string;
      startsAt: Date;
      staffId?: string;
      party: BookingParty;
      notes?: string;
      source: 'assistant' | 'staff';
      threadId?: string | null;
    },
  ) {
    super();
  }
}

/**
 * Moves a booking. `customerId`, when given, must own it (a stranger's booking is `calendar.booking_not_found`);
 * `expectedVersion` refuses a write over a newer one (`calendar.booking_changed`, stale). Repeating a move to where the
 * booking already is changes nothing.
 */
export class RescheduleBookingCommand extends Command<BookingView> {
  constructor(
    readonly input: {
      bookingId: string;
      startsAt: Date;
      staffId?: string;
      customerId?: string;
      expectedVersion?: number;
    },
  ) {
    super();
  }
}

/** Cancels a held or confirmed booking; cancelling twice answers the same booking. Ownership and version as for rescheduling. */
export class CancelBookingCommand extends Command<BookingView> {
  constructor(
    readonly input: { bookingId: string; reason?: string; customerId?: string; expectedVersion?: number },
  ) {
    super();
  }
}

/** Frees whatever the thread holds (it was closed or handed over). */
export class ReleaseHoldsCommand extends Command<{ released: number }> {
  constructor(readonly threadId: string) {
    super();
  }
}
