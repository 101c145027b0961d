import { book, confirm, drop, fitsHold, servicesOf } from './booking.js';
import { cancel, cancelAgreed, move, showBookings } from './customer-bookings.js';
import { tellHours, tellServices, tellStaff } from './information.js';
import { isSalonTerm, personIn, servicesIn } from './matching.js';
import { settle } from './memory.js';
import { knownPeople, possibleNames } from './person.js';
import { soundsLike } from './text.js';
import { tools, type Step } from './tools.js';
import { factsOf, type Turn } from './turn.js';

function* handOver(turn: Turn): Step<string> {
  const { business, memory, phrases } = turn;
  const result = yield* tools.handOver(`The customer of ${business} asks for a person.`);
  memory.question = null;
  return result.ok ? phrases.handedOver : phrases.handOverFailed;
}

const mentionsService = ({ heard, memory }: Turn): boolean =>
  heard.tokens.some(isSalonTerm) || servicesIn(heard.folded, memory.services ?? []).length > 0;

const namesBooking = (turn: Turn): boolean => {
  const { heard, memory } = turn;
  const byCode = memory.bookings.some(({ code }) => heard.tokens.includes(code.toLowerCase()));
  return byCode || heard.when !== null || heard.ordinal !== null || mentionsService(turn);
};

const mentionsPerson = (turn: Turn): boolean => {
  const people = knownPeople(turn);
  return (
    possibleNames(turn).length > 0 ||
    personIn(
      turn.heard.tokens.filter((token) => token.length > 2),
      people,
    ) !== null
  );
};

/** Whether a person, service or time is named that is not what is held. */
const wantsAnother = (turn: Turn): boolean => {
  const { heard, memory } = turn;
  if (!fitsHold(turn)) return true;
  const { intents } = heard;
  if (intents.has('later') || intents.has('earlier') || intents.has('other') || intents.has('anyone'))
    return true;
  const services = servicesIn(heard.folded, memory.services ?? []);
  if (services.length > 0 && !services.some(({ id }) => id === memory.serviceId)) return true;
  const held = memory.hold?.staffName.split(/\s+/u) ?? [];
  const isHeld = (name: string): boolean => held.some((part) => soundsLike(name, part));
  const others = heard.tokens.filter((token) => token.length > 2 && !isHeld(token));
  return personIn(others, knownPeople(turn)) !== null || possibleNames(turn).some((name) => !isHeld(name));
};

/** A yes or no to what was asked last; null when the turn is about something else. */
function* answer(turn: Turn): Step<string | null> {
  const { heard, memory, phrases } = turn;
  const { intents } = heard;
  const no = intents.has('no');
  const yes = heard.consents;
  const fresh =
    heard.when !== null || heard.ordinal !== null || mentionsService(turn) || mentionsPerson(turn);
  if (memory.question === 'hold' && memory.hold) {
    if (yes && !wantsAnother(turn) && !intents.has('price') && !intents.has('duration'))
      return yield* confirm(turn);
    const idle =
      !fresh &&
      !['later', 'earlier', 'other', 'anyone', 'anyTime', 'soonest'].some((one) =>
        intents.has(one as 'later'),
      );
    const about = intents.has('cancel') && !intents.has('mine') && !intents.has('book');
    if (idle && (no || about) && !intents.has('reschedule')) return drop(turn);
  }
  if (memory.question === 'cancel' && (yes || no)) {
    if (yes) return yield* cancelAgreed(turn);
    settle(memory);
    return phrases.kept;
  }
  if (memory.question === 'cancel' && intents.has('cancel')) return yield* cancelAgreed(turn);
  if (memory.question === 'hand-over' && !fresh) {
    if (yes) return yield* handOver(turn);
    if (no) {
      memory.question = null;
      return phrases.abilities;
    }
  }
  if (memory.question === 'which-booking' && no && !fresh) {
    settle(memory);
    return phrases.kept;
  }
  return null;
}

/** What goes on with the task at hand: a time, a number, "later", a name. */
const continues = (turn: Turn): boolean => {
  const { heard, memory } = turn;
  const { intents, ordinal, when } = heard;
  if (memory.task === null) return false;
  if (when !== null || mentionsPerson(turn)) return true;
  if (ordinal !== null && memory.question !== null) return true;
  if (memory.question === 'slot' && intents.has('yes') && memory.offer.length === 1) return true;
  return (['later', 'earlier', 'other', 'soonest', 'anyTime', 'anyone'] as const).some((intent) =>
    intents.has(intent),
  );
};

function* inform(turn: Turn): Step<string | null> {
  const { heard } = turn;
  const { intents } = heard;
  const booking = intents.has('book') && heard.when !== null;
  if (intents.has('hours') && !mentionsService(turn)) return yield* tellHours(turn);
  if (booking) return null;
  if (intents.has('staff')) return yield* tellStaff(turn);
  if (intents.has('price') || intents.has('duration')) return yield* tellServices(turn);
  if (intents.has('services') && heard.when === null) return yield* tellServices(turn);
  return null;
}

function* smallTalk(turn: Turn): Step<string | null> {
  const { business, customer, heard, memory, phrases } = turn;
  const { intents } = heard;
  const waiting =
    memory.question === 'hold' && memory.hold ? ` ${phrases.ask(factsOf(turn, memory.hold))}` : '';
  if (intents.has('bot')) return `${phrases.iAmAssistant(business)}${waiting}`;
  if (intents.has('thanks')) return `${phrases.thanks}${waiting}`;
  if (intents.has('bye')) return phrases.bye;
  if (intents.has('greet')) {
    memory.greeted = true;
    return `${phrases.intro(business, customer)} ${phrases.abilities}`;
  }
  return null;
}

function* unknown(turn: Turn): Step<string> {
  const { business, heard, memory, phrases } = turn;
  if (memory.task === 'book' && memory.question === 'service' && !heard.intents.has('no'))
    return yield* book(turn);
  const words = heard.tokens.length;
  if (words > 0 && words <= 12) {
    const services = yield* servicesOf(turn);
    if (services && servicesIn(heard.folded, services).length > 0) return yield* book(turn);
  }
  if (heard.intents.has('yes') && memory.task === 'book') {
    return memory.question === 'slot' ? phrases.chooseSlot : phrases.sayTime;
  }
  if (heard.intents.has('no') || heard.intents.has('yes')) return phrases.abilities;
  return phrases.fallback(business);
}

function* decide(turn: Turn): Step<string> {
  const { heard, memory, phrases } = turn;
  const { intents } = heard;
  if (heard.mediaOnly) return phrases.mediaOnly;
  if (intents.has('human') && !intents.has('staff') && !intents.has('bot')) return yield* handOver(turn);
  const answered = yield* answer(turn);
  if (answered !== null) return answered;
  if (intents.has('cancel') && !intents.has('reschedule')) return yield* cancel(turn);
  if (intents.has('reschedule') && memory.question === 'hold' && memory.hold && heard.when)
    return yield* book(turn);
  if (intents.has('reschedule')) return yield* move(turn);
  if (intents.has('mine') && heard.when === null) return yield* showBookings(turn);
  const told = yield* inform(turn);
  if (told !== null) return told;
  if (memory.task === 'cancel' && memory.question === 'which-booking' && namesBooking(turn)) {
    return yield* cancel(turn);
  }
  const moves =
    memory.task === 'reschedule' &&
    (continues(turn) || (memory.question === 'which-booking' && namesBooking(turn)));
  if (moves && !intents.has('book')) return yield* move(turn);
  if (memory.task === null && memory.lastBookingId && heard.when && intents.has('instead'))
    return yield* move(turn);
  const books = intents.has('book') || heard.when !== null || mentionsService(turn) || intents.has('soonest');
  if (books || (memory.task === 'book' && continues(turn))) return yield* book(turn);
  return (yield* smallTalk(turn)) ?? (yield* unknown(turn));
}

/** The whole of a turn: what is asked of tools on the way, and what is said in the end. */
export function* converse(turn: Turn): Step<string> {
  const { business, heard, memory, phrases } = turn;
  const first = !memory.greeted;
  const text = yield* decide(turn);
  const introduced = memory.greeted && first;
  memory.greeted = true;
  return first && !introduced && heard.intents.has('greet') ? `${phrases.hello(business)}\n\n${text}` : text;
}
