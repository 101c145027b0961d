import { servicesIn } from './matching.js';
import { mergeWhen, settle } from './memory.js';
import { notePerson } from './person.js';
import { search, type Found } from './search.js';
import { tools, type Service, type Slot, type Step } from './tools.js';
import { dayOf, factsOf, minutesOf, serviceLines, slotLines, sorry, type Turn } from './turn.js';
import type { When } from './when.js';

export function* servicesOf(turn: Turn): Step<readonly Service[] | null> {
  if (turn.memory.services) return turn.memory.services;
  const result = yield* tools.listServices();
  if (result.ok) turn.memory.services = result.value;
  return result.ok ? result.value : null;
}

/** The service that is spoken of, or the question that finds it out. */
const decideService = (turn: Turn, services: readonly Service[]): Service | string => {
  const { heard, memory, phrases } = turn;
  const shown = memory.choices
    .map((id) => services.find((service) => service.id === id))
    .filter((one) => !!one);
  if (memory.question === 'service' && heard.ordinal !== null && !heard.when) {
    const picked = heard.ordinal === -1 ? shown.at(-1) : shown[heard.ordinal - 1];
    if (picked) return picked;
  }
  const among = memory.question === 'service' ? servicesIn(heard.folded, shown) : [];
  const named = among.length === 1 ? among : servicesIn(heard.folded, services);
  const current = services.find(({ id }) => id === memory.serviceId);
  if (current && (named.length === 0 || named.includes(current))) return current;
  const [only, ...others] = named.length > 0 ? named : services;
  if (only && others.length === 0) return only;
  const candidates = named.length > 0 ? named : services;
  memory.choices = candidates.map(({ id }) => id);
  memory.question = 'service';
  const lines = serviceLines(turn, candidates);
  return named.length > 0 ? phrases.whichOf(lines) : phrases.whichService(lines);
};

const within = (local: string, { days, time }: When): boolean => {
  if (days && (dayOf(local) < days.from || dayOf(local) > days.to)) return false;
  if (!time) return true;
  const minutes = minutesOf(local);
  return 'at' in time ? minutes === time.at : minutes >= time.from && minutes <= time.to;
};

/** Whether what was said now agrees with the slot that is held. */
export const fitsHold = ({ heard, memory }: Turn): boolean =>
  memory.hold !== null && (heard.when === null || within(memory.hold.local, heard.when));

/** The slot that the customer means among those shown. */
export const chosenSlot = ({ heard, memory }: Turn): Slot | null => {
  if (memory.offer.length === 0 || (memory.question !== 'slot' && memory.question !== 'hold')) return null;
  const { when, ordinal, intents } = heard;
  const fitting = when ? memory.offer.filter(({ local }) => within(local, when)) : [];
  if (when?.time && 'at' in when.time && fitting[0]) return fitting[0];
  const numbered = ordinal === null ? null : (memory.offer.at(ordinal === -1 ? -1 : ordinal - 1) ?? null);
  // "after the third (hour)" is not the third of the list; "на другу" may be either, and there was no such time above.
  const bareTime = when?.time !== undefined && 'at' in when.time && !when.days;
  if (numbered && (!when || bareTime || (!when.time && within(numbered.local, when)))) return numbered;
  if (when && fitting.length === 1) return fitting[0] ?? null;
  if (when || memory.question === 'hold') return null;
  if (heard.consents && memory.offer.length === 1) return memory.offer[0] ?? null;
  if (intents.has('anyTime') || intents.has('soonest')) return memory.offer[0] ?? null;
  return null;
};

/** Turns "later", "earlier", "any time" and a bare time into a wish; a bare time belongs to the day spoken of. */
export const noteWhen = (turn: Turn, base: string | null): void => {
  const { heard, memory } = turn;
  const { intents, when } = heard;
  const around = memory.hold?.local ?? base;
  mergeWhen(memory, when);
  if (!memory.when.days && when?.time && around) {
    memory.when = { ...memory.when, days: { from: dayOf(around), to: dayOf(around) } };
  }
  if (when?.time) return;
  if (intents.has('anyTime') || intents.has('soonest')) {
    memory.when = when?.days
      ? { days: when.days }
      : intents.has('soonest') || !memory.when.days
        ? {}
        : { days: memory.when.days };
  } else if (around && !when && (intents.has('later') || intents.has('earlier'))) {
    const minutes = minutesOf(around);
    const time = intents.has('later')
      ? { from: minutes + 1, to: 24 * 60 - 1 }
      : { from: Math.max(0, minutes - 240), to: Math.max(0, minutes - 1) };
    memory.when = { days: { from: dayOf(around), to: dayOf(around) }, time };
  } else if (around && !when && intents.has('other')) {
    const day = dayOf(around);
    const last = memory.offer.at(-1)?.local ?? around;
    memory.when = { days: { from: day, to: day }, time: { from: minutesOf(last) + 1, to: 24 * 60 - 1 } };
  }
};

/** From where "later" and "earlier" count. */
export const reference = ({ heard, memory }: Turn): string | null =>
  (heard.intents.has('earlier') ? memory.offer[0]?.local : memory.offer.at(-1)?.local) ?? null;

export const offerText = (
  turn: Turn,
  service: string,
  slots: readonly Slot[],
  heading: (service: string, lines: string) => string,
): string => {
  turn.memory.offer = slots;
  turn.memory.question = 'slot';
  return `${heading(service, slotLines(turn, slots))}\n${turn.phrases.chooseSlot}`;
};

/** The answer to a search that did not hit the very time. */
export const foundText = (
  turn: Turn,
  service: string,
  found: Exclude<Found, { kind: 'exact' }>,
  asked: boolean,
): string => {
  const { memory, phrases } = turn;
  if (found.kind === 'offer') {
    const headings = {
      matching: phrases.slots,
      near: phrases.notFree,
      next: asked ? phrases.nothingThen : phrases.nextFree,
    };
    return offerText(turn, service, found.slots, headings[found.how]);
  }
  if (found.kind === 'none') {
    memory.question = 'hand-over';
    memory.offer = [];
    return `${phrases.nothingAtAll(service)} ${phrases.offerHandOver}`;
  }
  memory.services = null;
  memory.serviceId = null;
  return sorry(turn);
};

export function* hold(turn: Turn, service: Service, slot: Slot): Step<string> {
  const { memory, phrases } = turn;
  const day = dayOf(slot.local);
  memory.when = { days: { from: day, to: day }, time: { at: minutesOf(slot.local) } };
  const result = yield* tools.holdSlot({
    serviceId: service.id,
    startsAt: slot.local,
    ...(memory.staffId && { staffId: memory.staffId }),
  });
  if (result.ok) {
    memory.hold = result.value;
    memory.question = 'hold';
    return phrases.ask(factsOf(turn, result.value));
  }
  const alternatives = result.alternatives.slice(0, 5);
  if (alternatives.length > 0) return offerText(turn, service.name, alternatives, phrases.justTaken);
  if (!/slot|taken|busy|conflict/u.test(result.code)) return sorry(turn);
  const wanted = { serviceId: service.id, staffId: memory.staffId, when: memory.when, except: slot.local };
  const found = yield* search(turn, wanted);
  if (found.kind === 'exact') return sorry(turn);
  if (found.kind === 'offer') return offerText(turn, service.name, found.slots, phrases.justTaken);
  return foundText(turn, service.name, found, true);
}

/** Leads towards a hold: service, person, day and time in whatever order they come. */
export function* book(turn: Turn): Step<string> {
  const { heard, memory, phrases } = turn;
  if (memory.task !== 'book') settle(memory);
  memory.task = 'book';
  const services = yield* servicesOf(turn);
  if (!services) return sorry(turn);
  if (services.length === 0) {
    memory.question = 'hand-over';
    return `${phrases.noServices} ${phrases.offerHandOver}`;
  }
  const asked = memory.question;
  const service = decideService(turn, services);
  if (typeof service === 'string') {
    noteWhen(turn, null);
    return service;
  }
  const changed = memory.serviceId !== null && memory.serviceId !== service.id;
  const picked = changed || asked === 'service' ? null : chosenSlot(turn);
  memory.serviceId = service.id;
  const person = yield* notePerson(turn, service.id);
  const base = reference(turn);
  if (person !== null) {
    noteWhen(turn, base);
    memory.question = 'when';
    return person;
  }
  if (picked) return yield* hold(turn, service, picked);
  noteWhen(turn, base);
  memory.hold = null;
  const wished = memory.when.days !== undefined || memory.when.time !== undefined;
  const wanted = {
    serviceId: service.id,
    staffId: memory.staffId,
    when: memory.when,
    soonest: heard.intents.has('soonest'),
    onward: heard.when === null && (heard.intents.has('later') || heard.intents.has('other')),
  };
  const found = yield* search(turn, wanted);
  if (found.kind === 'exact') return yield* hold(turn, service, found.slot);
  return foundText(turn, service.name, found, wished);
}

/** The customer has agreed to what is held. */
export function* confirm(turn: Turn): Step<string> {
  const { memory, phrases } = turn;
  const held = memory.hold;
  if (!held) return sorry(turn);
  const result = yield* tools.confirmBooking(held.holdId);
  if (result.ok) {
    settle(memory);
    memory.lastBookingId = result.value.bookingId;
    return phrases.booked({ ...factsOf(turn, result.value), code: result.value.code });
  }
  memory.hold = null;
  const service = memory.services?.find(({ id }) => id === memory.serviceId);
  if (!service || !/hold|expired|slot|taken|stale|not_found/u.test(result.code)) return sorry(turn);
  const day = dayOf(held.local);
  const when: When = { days: { from: day, to: day }, time: { at: minutesOf(held.local) } };
  const found = yield* search(turn, { serviceId: service.id, staffId: memory.staffId, when });
  if (found.kind === 'failed') return sorry(turn);
  const text =
    found.kind === 'exact'
      ? yield* hold(turn, service, found.slot)
      : foundText(turn, service.name, found, true);
  return phrases.expired(text);
}

/** The hold is refused, and nothing is asked for in its place. */
export const drop = ({ memory, phrases }: Turn): string => {
  memory.hold = null;
  memory.when = {};
  memory.offer = [];
  memory.question = 'when';
  return `${phrases.dropped} ${phrases.sayTime}`;
};
