import { chosenSlot, foundText, noteWhen, offerText, reference } from './booking.js';
import { LEXICONS } from './lexicon/index.js';
import { servicesIn } from './matching.js';
import { settle } from './memory.js';
import { notePerson } from './person.js';
import { search } from './search.js';
import { phrase } from './text.js';
import { tools, type ListedBooking, type Slot, type Step } from './tools.js';
import { atText, bookingLine, dayOf, factsOf, minutesOf, numbered, sorry, type Turn } from './turn.js';

export function* showBookings(turn: Turn): Step<string> {
  const { memory, phrases } = turn;
  const result = yield* tools.listMyBookings();
  if (!result.ok) return sorry(turn);
  memory.bookings = result.value;
  if (result.value.length === 0) return `${phrases.noBookings} ${phrases.inviteToBook}`;
  return phrases.myBookings(numbered(result.value.map((booking) => bookingLine(turn, booking))));
}

/** The booking that is meant; a text when there is none or it must be asked. `byDay`: a day that is said names the booking. */
function* pick(turn: Turn, byDay: boolean): Step<{ booking: ListedBooking; byWhen: boolean } | string> {
  const { heard, memory, phrases } = turn;
  const result = yield* tools.listMyBookings();
  if (!result.ok) return sorry(turn);
  const all = result.value;
  const found = (booking: ListedBooking, byWhen = false): { booking: ListedBooking; byWhen: boolean } => {
    memory.bookingId = booking.bookingId;
    return { booking, byWhen };
  };
  if (all.length === 0) {
    settle(memory);
    return phrases.noBookings;
  }
  const shown = memory.bookings;
  const wasAsked = memory.question === 'which-booking';
  const byCode = all.find(({ code }) => code && heard.tokens.includes(code.toLowerCase()));
  if (byCode) return found(byCode);
  const ongoing = all.find(({ bookingId }) => bookingId === memory.bookingId);
  if (ongoing) return found(ongoing);
  if (heard.ordinal !== null && (wasAsked || shown.length > 0)) {
    const meant = heard.ordinal === -1 ? shown.at(-1) : shown[heard.ordinal - 1];
    const still = all.find(({ bookingId }) => bookingId === meant?.bookingId);
    if (still) return found(still, true);
  }
  let candidates = all;
  const services = all.map(({ serviceId, serviceName }) => ({ id: serviceId, name: serviceName }));
  const named = new Set(servicesIn(heard.folded, services).map(({ id }) => id));
  if (named.size > 0) candidates = all.filter(({ serviceId }) => named.has(serviceId));
  const { when } = heard;
  let byWhen = false;
  if (when && (byDay || (wasAsked && !memory.when.days))) {
    const { days, time } = when;
    const that = candidates.filter(
      ({ local }) =>
        (!days || (dayOf(local) >= days.from && dayOf(local) <= days.to)) &&
        (!time || !('at' in time) || minutesOf(local) === time.at),
    );
    if (that.length > 0) {
      byWhen = true;
      candidates = that;
    }
  }
  const [only, ...others] = candidates;
  if (only && others.length === 0) return found(only, byWhen);
  const last = heard.intents.has('instead')
    ? candidates.find(({ bookingId }) => bookingId === memory.lastBookingId)
    : undefined;
  if (last) return found(last);
  memory.bookings = candidates;
  memory.question = 'which-booking';
  return phrases.whichBooking(numbered(candidates.map((booking) => bookingLine(turn, booking))));
}

/** "I do not want to cancel": the word is there, the wish is not. */
const isNegated = ({ heard }: Turn): boolean => {
  const at = phrase(LEXICONS[heard.language].intents.cancel).exec(heard.folded)?.index ?? 0;
  return /(?:don't|do not|not|never|nicht|не)(?: [^ ,.!?;]+){0,2} $/u.test(heard.folded.slice(0, at));
};

export function* cancel(turn: Turn): Step<string> {
  const { heard, memory, phrases } = turn;
  const held = memory.hold;
  if (isNegated(turn)) return phrases.kept;
  if (memory.task !== 'cancel') {
    const { bookings } = memory;
    settle(memory);
    memory.bookings = bookings;
  }
  memory.task = 'cancel';
  const asked = memory.question;
  const picked = yield* pick(turn, true);
  if (typeof picked === 'string') {
    if (memory.task === null && held) return `${phrases.dropped} ${phrases.sayTime}`;
    return picked;
  }
  const { booking } = picked;
  if (heard.intents.has('hypothetical') && asked !== 'which-booking') {
    memory.question = 'cancel';
    return phrases.askCancel(booking.serviceName, atText(turn, booking.local));
  }
  return yield* cancelNow(turn, booking);
}

function* cancelNow(turn: Turn, booking: ListedBooking): Step<string> {
  const { memory, phrases } = turn;
  const result = yield* tools.cancelBooking(booking.bookingId);
  settle(memory);
  memory.lastBookingId = null;
  if (result.ok) {
    return phrases.cancelled(
      booking.serviceName,
      atText(turn, booking.local),
      result.value.code || booking.code,
    );
  }
  return refusal(turn, result.code);
}

/** The customer said yes to "Shall I cancel this appointment?". */
export function* cancelAgreed(turn: Turn): Step<string> {
  const result = yield* tools.listMyBookings();
  const booking = result.ok && result.value.find(({ bookingId }) => bookingId === turn.memory.bookingId);
  return booking ? yield* cancelNow(turn, booking) : sorry(turn);
}

const refusal = (turn: Turn, code: string): string => {
  if (!/late|notice|past|started|policy/u.test(code)) return sorry(turn);
  turn.memory.question = 'hand-over';
  return `${turn.phrases.tooLate} ${turn.phrases.offerHandOver}`;
};

function* moveTo(turn: Turn, booking: ListedBooking, slot: Slot): Step<string> {
  const { memory, phrases } = turn;
  const same = slot.staffNames.includes(booking.staffName) || slot.staffIds.length === 0;
  const staffId = memory.staffId ?? (same ? undefined : slot.staffIds[0]);
  const result = yield* tools.rescheduleBooking({
    bookingId: booking.bookingId,
    startsAt: slot.local,
    ...(staffId && { staffId }),
  });
  if (result.ok) {
    settle(memory);
    memory.lastBookingId = result.value.bookingId;
    return phrases.moved({ ...factsOf(turn, result.value), code: result.value.code });
  }
  const alternatives = result.alternatives.slice(0, 5);
  if (alternatives.length > 0) return offerText(turn, booking.serviceName, alternatives, phrases.justTaken);
  return refusal(turn, result.code);
}

export function* move(turn: Turn): Step<string> {
  const { heard, memory, phrases } = turn;
  if (memory.task !== 'reschedule') {
    const { bookings, lastBookingId } = memory;
    settle(memory);
    Object.assign(memory, { bookings, lastBookingId });
  }
  memory.task = 'reschedule';
  const wasAsked = memory.question === 'which-booking';
  const picked = yield* pick(turn, false);
  if (typeof picked === 'string') {
    if (!wasAsked) noteWhen(turn, null);
    return picked;
  }
  const { booking, byWhen } = picked;
  if (!booking.serviceId) return sorry(turn);
  const slot = byWhen ? null : chosenSlot(turn);
  const person = yield* notePerson(turn, booking.serviceId);
  if (person !== null) return person;
  if (slot) return yield* moveTo(turn, booking, slot);
  if (!byWhen) noteWhen(turn, reference(turn) ?? booking.local);
  const { days, time } = memory.when;
  const { intents } = heard;
  if (!days && !time && !intents.has('soonest') && memory.staffId === null) {
    memory.question = 'when';
    return phrases.moveWhen(booking.serviceName, atText(turn, booking.local));
  }
  if (!days && !time && memory.staffId !== null) {
    const day = dayOf(booking.local);
    memory.when = { days: { from: day, to: day }, time: { at: minutesOf(booking.local) } };
  } else if (
    days?.from === dayOf(booking.local) &&
    time &&
    'at' in time &&
    time.at === minutesOf(booking.local)
  ) {
    if (memory.staffId === null) return phrases.alreadyThere;
  }
  const wanted = {
    serviceId: booking.serviceId,
    staffId: memory.staffId,
    when: memory.when,
    soonest: intents.has('soonest'),
  };
  const found = yield* search(turn, wanted);
  if (found.kind === 'exact') return yield* moveTo(turn, booking, found.slot);
  return foundText(turn, booking.serviceName, found, true);
}
