import { AggregateRoot, DomainError, type Money } from '#libs/kernel';
import {
  BookingCancelled,
  BookingConfirmed,
  type BookingParty,
  BookingRescheduled,
  type BookingStatus,
} from '../contracts/index.js';
import { newBookingCode } from './booking-code.js';
import { bookingNotFound, holdNotFound, staleVersion } from './calendar-errors.js';
import { type EpochMinute, toInstant } from './local-date.js';
import type { ServiceShape } from './slot-engine.js';

export interface BookingState {
  readonly id: string;
  readonly code: string;
  status: BookingStatus;
  readonly serviceId: string;
  staffId: string;
  start: EpochMinute;
  /** Snapshots of the service when it was sold: a later change of the service moves no booking. */
  readonly durationMinutes: number;
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
  readonly price: Money;
  readonly party: BookingParty;
  readonly notes: string | null;
  readonly source: 'assistant' | 'staff';
  readonly threadId: string | null;
  readonly idempotencyKey: string | null;
  /** Only while held. */
  holdExpiresAt: Date | null;
  cancelReason: string | null;
  readonly createdAt: Date;
  version: number;
}

/** What a new booking is made of. */
export type BookingRequest = Pick<
  BookingState,
  'id' | 'serviceId' | 'staffId' | 'start' | 'price' | 'party' | 'notes' | 'source' | 'threadId' | 'createdAt'
> & { shape: Omit<ServiceShape, 'active'> };

/**
 * held -> confirmed -> cancelled; held -> expired; held -> cancelled (released). A hold that has run out counts as expired
 * from that instant, whatever its row says. Nothing leaves cancelled or expired.
 */
export class Booking extends AggregateRoot {
  private constructor(private readonly state: BookingState) {
    super();
  }

  static restore(state: BookingState): Booking {
    return new Booking({ ...state });
  }

  static hold(request: BookingRequest, terms: { expiresAt: Date; idempotencyKey: string }): Booking {
    return new Booking({
      ...initial(request),
      status: 'held',
      holdExpiresAt: terms.expiresAt,
      idempotencyKey: terms.idempotencyKey,
    });
  }

  static confirmed(request: BookingRequest): Booking {
    const booking = new Booking({
      ...initial(request),
      status: 'confirmed',
      holdExpiresAt: null,
      idempotencyKey: null,
    });
    booking.record(BookingConfirmed.make(request.id, booking.facts()));
    return booking;
  }

  get id(): string {
    return this.state.id;
  }

  get snapshot(): Readonly<BookingState> {
    return this.state;
  }

  /** What the booking keeps a person busy for; `active` because what is sold can be moved when it is sold no more. */
  get shape(): ServiceShape {
    const { durationMinutes, bufferBeforeMinutes, bufferAfterMinutes } = this.state;
    return { active: true, durationMinutes, bufferBeforeMinutes, bufferAfterMinutes };
  }

  get end(): EpochMinute {
    return this.state.start + this.state.durationMinutes;
  }

  /** From and to which the person is busy, buffers included. */
  get busy(): { from: EpochMinute; to: EpochMinute } {
    const { start, bufferBeforeMinutes, bufferAfterMinutes } = this.state;
    return { from: start - bufferBeforeMinutes, to: this.end + bufferAfterMinutes };
  }

  statusAt(now: Date): BookingStatus {
    return effectiveStatus(this.state, now);
  }

  /** A stranger learns nothing of the booking. Error: `calendar.booking_not_found`. */
  assertOwnedBy(customerId: string | undefined): void {
    if (customerId !== undefined && customerId !== this.state.party.customerId)
      throw bookingNotFound(this.id);
  }

  /** Error: `calendar.booking_changed` (stale). */
  assertVersion(expected: number | undefined): void {
    if (expected !== undefined && expected !== this.state.version) {
      throw staleVersion('calendar.booking_changed', expected, this.state.version);
    }
  }

  /** Answers whether anything changed. Errors: `calendar.hold_not_found`, `calendar.hold_expired`. */
  confirm(now: Date, threadId: string | null): boolean {
    if (threadId !== null && threadId !== this.state.threadId) throw holdNotFound(this.id);
    const status = this.statusAt(now);
    if (status === 'confirmed') return false;
    if (status !== 'held') {
      throw new DomainError(
        'conflict',
        'calendar.hold_expired',
        'The slot is no longer held. Hold it again, or another one, and confirm that.',
      );
    }
    this.state.status = 'confirmed';
    this.state.holdExpiresAt = null;
    this.changed();
    this.record(BookingConfirmed.make(this.id, this.facts()));
    return true;
  }

  /** Errors: `calendar.booking_not_confirmed`, `calendar.booking_over`. */
  assertMovable(now: Date): void {
    const status = this.statusAt(now);
    if (status !== 'confirmed') {
      throw new DomainError(
        'conflict',
        'calendar.booking_not_confirmed',
        status === 'held'
          ? 'This is a hold, not a booking yet. Hold the new time instead: it takes the place of this one.'
          : `This booking is ${status}. Make a new one.`,
      );
    }
    this.assertNotOver(now);
  }

  isAt(start: EpochMinute, staffId: string): boolean {
    return this.state.start === start && this.state.staffId === staffId;
  }

  /** The engine has allowed the new place; the repository finds out whether it is still free. */
  moveTo(start: EpochMinute, staffId: string): void {
    const previous = {
      previousStartsAt: toInstant(this.state.start).toISOString(),
      previousStaffId: this.state.staffId,
    };
    this.state.start = start;
    this.state.staffId = staffId;
    this.changed();
    this.record(BookingRescheduled.make(this.id, { ...this.facts(), ...previous }));
  }

  /**
   * Answers whether anything changed. A released hold tells nobody: nobody was told of it.
   * Errors: `calendar.booking_over`.
   */
  cancel(now: Date, reason: string | null): boolean {
    if (this.isClosed(now)) return false;
    const { status } = this.state;
    if (status === 'confirmed') this.assertNotOver(now);
    this.state.status = 'cancelled';
    this.state.cancelReason = reason;
    this.state.holdExpiresAt = null;
    this.changed();
    if (status === 'confirmed') this.record(BookingCancelled.make(this.id, { ...this.facts(), reason }));
    return true;
  }

  /** Cancelled or expired: nothing more can happen to it. */
  isClosed(now: Date): boolean {
    const status = this.statusAt(now);
    return status === 'cancelled' || status === 'expired';
  }

  private assertNotOver(now: Date): void {
    if (toInstant(this.end) > now) return;
    throw new DomainError(
      'conflict',
      'calendar.booking_over',
      'This booking is in the past. It can no longer be changed.',
    );
  }

  private changed(): void {
    this.state.version += 1;
  }

  private facts() {
    const { id, code, serviceId, staffId, party, threadId, start } = this.state;
    return {
      bookingId: id,
      code,
      serviceId,
      staffId,
      customerId: party.customerId,
      threadId,
      startsAt: toInstant(start).toISOString(),
      endsAt: toInstant(this.end).toISOString(),
    };
  }
}

const initial = ({ shape, ...request }: BookingRequest) => ({
  ...request,
  code: newBookingCode(),
  durationMinutes: shape.durationMinutes,
  bufferBeforeMinutes: shape.bufferBeforeMinutes,
  bufferAfterMinutes: shape.bufferAfterMinutes,
  cancelReason: null,
  version: 1,
});

/** A hold has run out at the very instant it names. */
export const effectiveStatus = (
  state: Pick<BookingState, 'status' | 'holdExpiresAt'>,
  now: Date,
): BookingStatus =>
  state.status === 'held' && state.holdExpiresAt !== null && state.holdExpiresAt <= now
    ? 'expired'
    : state.status;
