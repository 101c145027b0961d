import { Booking, type BookingRequest } from './booking.js';
import { newBookingCode } from './booking-code.js';
import { toEpochMinute } from './local-date.js';

const NOW = new Date('2026-11-20T10:00:00Z');
const later = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);
const START = toEpochMinute(new Date('2026-11-23T08:00:00Z'));
const request = (over: Partial<BookingRequest> = {}): BookingRequest => ({
  id: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10',
  serviceId: 'service',
  staffId: 'anna',
  start: START,
  shape: { durationMinutes: 60, bufferBeforeMinutes: 10, bufferAfterMinutes: 20 },
  price: { amount: 45_000, currency: 'UAH' },
  party: { customerId: 'iryna', name: 'Iryna', phone: null },
  notes: null,
  source: 'assistant',
  threadId: 'thread',
  createdAt: NOW,
  ...over,
});
const held = () => Booking.hold(request(), { expiresAt: later(10), idempotencyKey: 'key' });
const confirmed = () => {
  const booking = Booking.confirmed(request());
  booking.pullEvents();
  return booking;
};
const types = (booking: Booking): string[] => booking.pullEvents().map(({ type }) => type);

describe('Booking', () => {
  it('keeps a person busy for its buffers too', () => {
    expect(held().busy).toEqual({ from: START - 10, to: START + 80 });
  });

  it('holds in silence and tells of its confirmation once', () => {
    const booking = held();
    expect(types(booking)).toEqual([]);
    expect(booking.confirm(NOW, 'thread')).toBe(true);
    expect(booking.snapshot).toMatchObject({ status: 'confirmed', holdExpiresAt: null, version: 2 });
    expect(booking.confirm(NOW, 'thread')).toBe(false);
    expect(types(booking)).toEqual(['calendar.booking.confirmed.v1']);
  });

  it('is confirmed by its own thread only', () => {
    expect(() => held().confirm(NOW, 'another')).toThrow(
      expect.objectContaining({ code: 'calendar.hold_not_found' }),
    );
    expect(held().confirm(NOW, null)).toBe(true);
  });

  it('has expired from the very instant that the hold names', () => {
    expect(held().statusAt(later(9.99))).toBe('held');
    expect(held().statusAt(later(10))).toBe('expired');
    expect(() => held().confirm(later(10), 'thread')).toThrow(
      expect.objectContaining({ code: 'calendar.hold_expired' }),
    );
  });

  it('tells of the cancellation of a booking, not of the release of a hold', () => {
    const hold = held();
    expect(hold.cancel(NOW, null)).toBe(true);
    expect(types(hold)).toEqual([]);
    const booking = confirmed();
    expect(booking.cancel(NOW, 'ill')).toBe(true);
    expect(booking.cancel(NOW, 'ill again')).toBe(false);
    expect(booking.pullEvents()).toMatchObject([
      { type: 'calendar.booking.cancelled.v1', payload: { reason: 'ill' } },
    ]);
  });

  it('tells where it was before it moved', () => {
    const booking = confirmed();
    booking.assertMovable(NOW);
    booking.moveTo(START + 90, 'borys');
    expect(booking.pullEvents()).toMatchObject([
      {
        type: 'calendar.booking.rescheduled.v1',
        payload: {
          staffId: 'borys',
          startsAt: '2026-11-23T09:30:00.000Z',
          endsAt: '2026-11-23T10:30:00.000Z',
          previousStaffId: 'anna',
          previousStartsAt: '2026-11-23T08:00:00.000Z',
        },
      },
    ]);
  });

  it('changes no more once it is over, cancelled or only held', () => {
    const after = new Date('2026-11-23T09:00:00Z');
    expect(() => confirmed().assertMovable(after)).toThrow(
      expect.objectContaining({ code: 'calendar.booking_over' }),
    );
    expect(() => confirmed().cancel(after, null)).toThrow(
      expect.objectContaining({ code: 'calendar.booking_over' }),
    );
    expect(() => held().assertMovable(NOW)).toThrow(
      expect.objectContaining({ code: 'calendar.booking_not_confirmed' }),
    );
    const cancelled = confirmed();
    cancelled.cancel(NOW, null);
    expect(() => cancelled.assertMovable(NOW)).toThrow(
      expect.objectContaining({ code: 'calendar.booking_not_confirmed' }),
    );
  });

  it('is not there for a stranger, and stale for an older version', () => {
    expect(() => confirmed().assertOwnedBy('stranger')).toThrow(
      expect.objectContaining({ kind: 'not-found', code: 'calendar.booking_not_found' }),
    );
    expect(() => confirmed().assertVersion(7)).toThrow(
      expect.objectContaining({ kind: 'stale', code: 'calendar.booking_changed' }),
    );
    expect(() => confirmed().assertVersion(1)).not.toThrow();
  });

  it('has a code that can be read out', () => {
    const codes = Array.from({ length: 500 }, newBookingCode);
    expect(codes.every((code) => /^[2-9A-HJKMNP-Z]{6}$/.test(code))).toBe(true);
    expect(new Set(codes).size).toBe(500);
  });
});
