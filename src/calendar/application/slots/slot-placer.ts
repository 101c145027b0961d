import { Injectable } from '@nestjs/common';
import { DomainError, newId } from '#libs/kernel';
import type { BookingParty } from '../../contracts/index.js';
import type { Booking, BookingRequest } from '../../domain/booking.js';
import type { CalendarSettings } from '../../domain/calendar-settings.js';
import { BookingRepository } from '../../infrastructure/booking.repository.js';
import { SlotEngines } from './slot-engines.js';
import { SlotRefusals, startOf } from './slot-refusals.js';

export interface Placement {
  readonly serviceId: string;
  readonly startsAt: Date;
  readonly staffId?: string;
  readonly party: BookingParty;
  readonly notes: string | null;
  readonly source: 'assistant' | 'staff';
  readonly threadId: string | null;
  /** Of holds: the same key again is the same request. */
  readonly idempotencyKey: string | null;
}

/** Makes the aggregate, each time anew: a code that is in use costs another try. */
export type Draft = (request: BookingRequest, settings: CalendarSettings, now: Date) => Booking;

/** Two codes of 887 million meet: three times in a row they do not. */
const CODE_TRIES = 3;

/** Finds the person and takes the slot for a new hold or booking. */
@Injectable()
export class SlotPlacer {
  constructor(
    private readonly engines: SlotEngines,
    private readonly refusals: SlotRefusals,
    private readonly bookings: BookingRepository,
  ) {}

  /**
   * Answers the id of the booking: the new one, or that of the same request done before. The thread's earlier hold is
   * released, and does not stand in the way. Errors: those of HoldSlotCommand.
   */
  async place(placement: Placement, draft: Draft): Promise<string> {
    const { serviceId, staffId, threadId, idempotencyKey } = placement;
    const start = startOf(placement.startsAt);
    const done = idempotencyKey === null ? null : await this.bookings.findIdByRequest(idempotencyKey);
    if (done) return done;

    const wanted = { serviceId, staffId, ignoring: { threadId } };
    const loaded = await this.engines.around(start, wanted, { before: 0, after: 0 });
    const { engine, service, settings, now, staleHoldIds } = loaded;
    const verdict = engine.check(start);
    if (!verdict.free) throw await this.refusals.refuse(verdict.refusal, start, wanted);

    await this.bookings.expire(staleHoldIds, now);
    if (threadId !== null) await this.bookings.releaseThread(threadId, now, idempotencyKey);
    for (const { staffId: candidate } of verdict.staff) {
      const request: BookingRequest = {
        id: newId(),
        serviceId,
        staffId: candidate,
        start,
        shape: service,
        price: service.price,
        party: placement.party,
        notes: placement.notes,
        source: placement.source,
        threadId,
        createdAt: now,
      };
      const placed = await this.insert(() => draft(request, settings, now));
      if (placed) return placed;
    }
    throw await this.refusals.refuse('slot_taken', start, wanted);
  }

  /** null when the slot is taken: somebody was faster than our look at the calendar. */
  private async insert(draft: () => Booking): Promise<string | null> {
    for (let attempt = 1; attempt <= CODE_TRIES; attempt += 1) {
      const booking = draft();
      const collision = await this.bookings.insert(booking);
      if (!collision) return booking.id;
      if (collision.with === 'request') return collision.bookingId;
      if (collision.with === 'slot') return null;
      if (collision.with === 'thread') throw holdInProgress();
    }
    throw new Error(`no free booking code in ${CODE_TRIES} tries`);
  }
}

const holdInProgress = (): DomainError =>
  new DomainError(
    'conflict',
    'calendar.hold_in_progress',
    'Another hold for the same conversation was made at this moment. Look at it before you hold another slot.',
  );
