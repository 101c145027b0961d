import { DateTime } from 'luxon';
import type { Surroundings } from '../../../domain/chat-model.js';
import type { Memory } from './memory.js';
import { PHRASES, type Phrasebook } from './phrases/index.js';
import type { Booking, Hold, ListedBooking, Service, Slot } from './tools.js';
import type { Utterance } from './understanding.js';

/** What the policy works with in one turn. */
export interface Turn {
  readonly heard: Utterance;
  readonly memory: Memory;
  readonly phrases: Phrasebook;
  readonly business: string;
  readonly customer: string | null;
  /** In the business's zone. */
  readonly now: DateTime;
}

export const nowOf = ({ now, timeZone }: Surroundings): DateTime => {
  const local = DateTime.fromJSDate(now).setZone(timeZone);
  return local.isValid ? local : DateTime.fromJSDate(now).setZone('utc');
};

/** A name from a channel that can be put into a greeting: short, letters, one line. */
const greetable = (name: string | undefined): string | null =>
  name && /^[\p{L}][\p{L}\p{M}' .-]{0,40}$/u.test(name.trim()) ? name.trim() : null;

export const turnOf = (surroundings: Surroundings, heard: Utterance, memory: Memory): Turn => ({
  heard,
  memory,
  phrases: PHRASES[heard.language],
  business: surroundings.businessName,
  customer: greetable(surroundings.customerName),
  now: nowOf(surroundings),
});

export const minutesOf = (local: string): number =>
  Number(local.slice(11, 13)) * 60 + Number(local.slice(14, 16));
export const dayOf = (local: string): string => local.slice(0, 10);

/** "Sat 21 November", with the year when it is not this one. */
export const dayText = ({ now, phrases }: Turn, day: string): string => {
  const date = DateTime.fromISO(day, { zone: now.zoneName ?? 'utc' }).setLocale(phrases.locale);
  return date.toLocaleString({
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    ...(date.year !== now.year && { year: 'numeric' }),
  });
};

export const atText = (turn: Turn, local: string): string =>
  `${dayText(turn, dayOf(local))}, ${local.slice(11, 16)}`;

export const numbered = (lines: readonly string[]): string =>
  lines.map((line, at) => `${at + 1}. ${line}`).join('\n');

export const slotLines = (turn: Turn, slots: readonly Slot[]): string =>
  numbered(
    slots.map(({ local, staffNames }) =>
      turn.phrases.slotLine(atText(turn, local), staffNames.length === 1 ? (staffNames[0] ?? null) : null),
    ),
  );

export const serviceLines = (turn: Turn, services: readonly Service[]): string =>
  numbered(
    services
      .slice(0, 30)
      .map(({ name, durationMinutes, priceText }) =>
        turn.phrases.serviceLine(name, durationMinutes, priceText),
      ),
  );

export const bookingLine = (turn: Turn, { serviceName, local, staffName, code }: ListedBooking): string =>
  turn.phrases.bookingLine(serviceName, atText(turn, local), staffName, code);

export const factsOf = (
  turn: Turn,
  { serviceName, local, staffName, priceText }: Hold | Booking,
): { service: string; at: string; staff: string; price: string } => ({
  service: serviceName,
  at: atText(turn, local),
  staff: staffName,
  price: priceText,
});

/** A tool failed for a reason that the customer cannot mend. */
export const sorry = ({ memory, phrases }: Turn): string => {
  memory.question = 'hand-over';
  return `${phrases.sorry} ${phrases.offerHandOver}`;
};
