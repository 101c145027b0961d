import type { Hold, ListedBooking, Service, Slot, Staff } from './tools.js';
import type { When } from './when.js';

/** What the last answer asked the customer. */
export type Question = 'service' | 'when' | 'slot' | 'hold' | 'which-booking' | 'cancel' | 'hand-over';

/** What is known of the dialogue; written only by the policy, so that it comes out the same from each replay. */
export interface Memory {
  task: 'book' | 'reschedule' | 'cancel' | null;
  question: Question | null;
  greeted: boolean;
  services: readonly Service[] | null;
  staff: readonly Staff[] | null;
  serviceId: string | null;
  /** The services among which the customer is to choose, in the order shown. */
  choices: readonly string[];
  staffId: string | null;
  when: When;
  /** The slots last shown, in the order shown. */
  offer: readonly Slot[];
  hold: Hold | null;
  bookings: readonly ListedBooking[];
  bookingId: string | null;
  /** The booking made or moved last, which "Friday instead" would mean. */
  lastBookingId: string | null;
}

const noTask = () =>
  ({
    task: null,
    question: null,
    serviceId: null,
    choices: [],
    staffId: null,
    when: {},
    offer: [],
    hold: null,
    bookings: [],
    bookingId: null,
  }) satisfies Partial<Memory>;

export const emptyMemory = (): Memory => ({
  greeted: false,
  services: null,
  staff: null,
  lastBookingId: null,
  ...noTask(),
});

/** Ends a task; what is known of the business stays. */
export const settle = (memory: Memory): void => {
  Object.assign(memory, noTask());
};

/** A day said anew keeps the time and the other way round; anything said replaces what it is about. */
export const mergeWhen = (memory: Memory, said: When | null): void => {
  if (said) memory.when = { ...memory.when, ...said };
};
