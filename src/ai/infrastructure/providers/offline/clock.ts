import type { Lexicon } from './lexicon/index.js';
import { phrase, phraseSource } from './text.js';

/** Minutes of the day, `to` inclusive. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

export type SpokenTime = { readonly at: number } | TimeWindow;

const DAY_END = 24 * 60 - 1;
/** Nobody who says "at 3" to a salon means the night: hours before this one are taken as the afternoon's. */
const FIRST_CREDIBLE_HOUR = 8;

interface Heard {
  minutes: number;
  /** Said in a way that leaves no choice of half of the day: "03:00", "3 am", "15:00". */
  certain: boolean;
}

interface Readers {
  ranges: RegExp[];
  numericRange: RegExp;
  related: RegExp;
  shifted: { pattern: RegExp; minutes: number }[];
  bare: RegExp;
  named: { pattern: RegExp; minutes: number }[];
  parts: { pattern: RegExp; from: number; to: number }[];
  am: RegExp;
  pm: RegExp;
}

const readersByLanguage = new Map<string, Readers>();

const readersOf = ({ language, clock }: Lexicon): Readers => {
  const known = readersByLanguage.get(language);
  if (known) return known;
  const words = Object.keys(clock.hours)
    .sort((a, b) => b.length - a.length)
    .join('|');
  const half = `(?: ?(?:${clock.am}|${clock.pm}))?`;
  const unit = `(?: ?(?:${clock.unit})(?![\\p{L}\\p{N}]))?`;
  const digits = '\\d{1,2}(?:[:.]\\d{2})?';
  const hour = `((?:${digits}|(?:${words})(?![\\p{L}]))${unit}${half})`;
  const relation = `(?:(${clock.after})|(${clock.before})|(${clock.at})) (?:(?:${clock.at}) )?`;
  const guard = `(?! ?(?:${clock.notAnHour})(?![\\p{L}]))(?![:.]?\\d)(?!-?(?:st|nd|rd|th|го|те|е|ое)(?![\\p{L}]))`;
  const readers: Readers = {
    ranges: clock.ranges.map((pattern) => phrase(pattern.replaceAll('{h}', hour))),
    numericRange: phrase(`(${digits}${half}) ?[-–—] ?(${digits}${unit}${half})`),
    related: phrase(`${relation}${hour}${guard}`),
    shifted: clock.shifted.map(([pattern, minutes]) => ({
      pattern: new RegExp(
        `(?<![\\p{L}\\p{N}])(?:(?:(${clock.after})|(${clock.before})|(?:${clock.at}))\\s+)?${phraseSource(pattern.replaceAll('{h}', hour))}`,
        'u',
      ),
      minutes,
    })),
    bare: phrase(
      `(?<!(?:через|in|за) )(\\d{1,2}[:.]\\d{2}${unit}${half}|\\d{1,2} ?(?:${clock.unit})(?![\\p{L}\\p{N}])${half}|\\d{1,2} ?(?:${clock.am}|${clock.pm}))`,
    ),
    named: clock.named.map(([pattern, minutes]) => ({ pattern: phrase(pattern), minutes })),
    parts: clock.parts.map(([pattern, from, to]) => ({ pattern: phrase(pattern), from, to })),
    am: phrase(clock.am),
    pm: phrase(clock.pm),
  };
  readersByLanguage.set(language, readers);
  return readers;
};

/** A digit sticks to its half of the day in "3pm", which a word border would not see. */
const hasHalf = (text: string, pattern: RegExp): boolean =>
  pattern.test(text.replace(/(\d)(\p{L})/gu, '$1 $2'));

const hourOf = (text: string, lexicon: Lexicon, readers: Readers): Heard | null => {
  const digits = /(\d{1,2})(?:[:.](\d{2}))?/u.exec(text);
  const word = Object.keys(lexicon.clock.hours)
    .sort((a, b) => b.length - a.length)
    .find((form) => text.startsWith(form));
  const hour = digits ? Number(digits[1]) : word === undefined ? Number.NaN : lexicon.clock.hours[word];
  const minute = Number(digits?.[2] ?? 0);
  if (hour === undefined || !(hour <= 24) || minute > 59) return null;
  if (hour < 12 && hasHalf(text, readers.pm)) return { minutes: (hour + 12) * 60 + minute, certain: true };
  if (hasHalf(text, readers.am)) return { minutes: (hour % 12) * 60 + minute, certain: true };
  const certain = hour >= 12 || hour === 0 || /^0\d/u.test(text);
  return { minutes: Math.min(hour * 60 + minute, DAY_END), certain };
};

const credible = ({ minutes, certain }: Heard, part: TimeWindow | null): number => {
  if (certain || minutes >= 12 * 60) return minutes;
  if (part && part.from >= 12 * 60) return minutes + 12 * 60;
  if (part) return minutes;
  return minutes < FIRST_CREDIBLE_HOUR * 60 ? minutes + 12 * 60 : minutes;
};

/** The time of day in a folded text of that language, and the text without it. */
export const readClock = (folded: string, lexicon: Lexicon): { time: SpokenTime | null; rest: string } => {
  const readers = readersOf(lexicon);
  let rest = folded;
  const take = (match: RegExpExecArray): void => {
    rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`.replace(
      / {2,}/gu,
      ' ',
    );
  };
  const found: { at?: Heard; after?: Heard; before?: Heard } = {};
  const note = (relation: 'at' | 'after' | 'before', heard: Heard | null): boolean => {
    if (heard) found[relation] = heard;
    return heard !== null;
  };
  const keep = (text: string | undefined): Heard | null => (text ? hourOf(text, lexicon, readers) : null);

  for (const pattern of [...readers.ranges, readers.numericRange]) {
    const match = pattern.exec(rest);
    const [from, to] = [keep(match?.[1]), keep(match?.[2])];
    const plain = pattern === readers.numericRange && !/[:.]|\p{L}/u.test(match?.[0] ?? '');
    if (match && from && to && !plain && !found.after) {
      if (!to.certain && from.certain && to.minutes < from.minutes) to.minutes += 12 * 60;
      if (to.certain && !from.certain && from.minutes + 12 * 60 < to.minutes) from.minutes += 12 * 60;
      note('after', from);
      note('before', to);
      take(match);
    }
  }
  for (const { pattern, minutes } of readers.shifted) {
    const match = pattern.exec(rest);
    const heard = keep(match?.[3]);
    if (!match || !heard) continue;
    heard.minutes += minutes;
    if (minutes < 0 && heard.minutes < 12 * 60) heard.certain = false;
    note(match[1] ? 'after' : match[2] ? 'before' : 'at', heard);
    take(match);
  }
  for (let round = 0; round < 4; round += 1) {
    const match = readers.related.exec(rest);
    if (!match) break;
    if (!note(match[1] ? 'after' : match[2] ? 'before' : 'at', keep(match[4]))) break;
    take(match);
  }
  const bare = readers.bare.exec(rest);
  if (bare && note('at', keep(bare[1]))) take(bare);
  for (const { pattern, minutes } of readers.named) {
    const match = pattern.exec(rest);
    if (match) {
      note('at', { minutes, certain: true });
      take(match);
    }
  }
  let part: TimeWindow | null = null;
  for (const { pattern, from, to } of readers.parts) {
    const match = pattern.exec(rest);
    if (!match) continue;
    part ??= { from: from * 60, to: to * 60 };
    take(match);
  }
  return { time: timeOf(found, part), rest: rest.trim() };
};

const timeOf = (
  { at, after, before }: { at?: Heard; after?: Heard; before?: Heard },
  part: TimeWindow | null,
): SpokenTime | null => {
  if (at) return { at: credible(at, part) };
  if (!after && !before) return part;
  const from = after ? credible(after, part) : (part?.from ?? 0);
  const to = before ? credible(before, part) : (part?.to ?? DAY_END);
  return from <= to ? { from, to } : { from, to: DAY_END };
};
