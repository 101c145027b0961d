import * as chrono from 'chrono-node';
import { DateTime } from 'luxon';
import type { Language, Lexicon } from './lexicon/index.js';
import { phrase } from './text.js';

/** Days of the business's calendar, both inclusive, `YYYY-MM-DD`. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** What was said of the day; `after` when it was a distance in hours ("in two hours"), in minutes of the day. */
export interface SpokenDay {
  readonly days: DayRange;
  readonly after?: number;
}

const PARSERS: Readonly<Record<Language, chrono.Chrono>> = {
  en: chrono.en.casual,
  de: chrono.de.casual,
  uk: chrono.uk.casual,
  ru: chrono.ru.casual,
};

const DAY = 'yyyy-MM-dd';
const single = (day: DateTime): DayRange => ({ from: day.toFormat(DAY), to: day.toFormat(DAY) });

const isoMonday = (day: DateTime): DateTime => day.minus({ days: day.weekday - 1 });

/** The first such day that is not past: this year or the next, this month or a later one. */
const futureDate = (now: DateTime, day: number, month: number, year?: number): DateTime | null => {
  const today = now.startOf('day');
  const candidates = year === undefined ? [today.year, today.year + 1] : [year < 100 ? 2000 + year : year];
  for (const candidate of candidates) {
    const date = DateTime.fromObject({ year: candidate, month, day }, { zone: now.zoneName ?? 'utc' });
    if (date.isValid && date >= today) return date;
  }
  return null;
};

const numericDate = (text: string, now: DateTime): DateTime | null => {
  const iso = /(?<!\d)(20\d{2})-(\d{2})-(\d{2})(?!\d)/u.exec(text);
  if (iso) return futureDate(now, Number(iso[3]), Number(iso[2]), Number(iso[1]));
  const match = /(?<![\d.:])(\d{1,2})([./])(\d{1,2})(?:\2(\d{4}|\d{2})?)?(?![\d:])/u.exec(text);
  if (!match) return null;
  const [, day, , month, year] = match;
  return futureDate(now, Number(day), Number(month), year === undefined ? undefined : Number(year));
};

const dayOfMonth = (text: string, lexicon: Lexicon, now: DateTime): DateTime | null => {
  for (const pattern of lexicon.calendar.dayOfMonth) {
    const day = Number(phrase(pattern).exec(text)?.[1]);
    if (!(day >= 1 && day <= 31)) continue;
    for (let ahead = 0; ahead < 12; ahead += 1) {
      const month = now.startOf('month').plus({ months: ahead });
      const date = month.set({ day });
      if (date.month === month.month && date >= now.startOf('day')) return date;
    }
  }
  return null;
};

const namedRange = (text: string, { calendar }: Lexicon, now: DateTime): DayRange | null => {
  const today = now.startOf('day');
  const monday = isoMonday(today);
  const range = (from: DateTime, to: DateTime): DayRange => ({
    from: DateTime.max(from, today).toFormat(DAY),
    to: to.toFormat(DAY),
  });
  if (phrase(calendar.nextWeekend).test(text))
    return range(monday.plus({ days: 12 }), monday.plus({ days: 13 }));
  if (phrase(calendar.weekend).test(text)) return range(monday.plus({ days: 5 }), monday.plus({ days: 6 }));
  if (phrase(calendar.nextWeek).test(text)) return range(monday.plus({ days: 7 }), monday.plus({ days: 13 }));
  if (phrase(calendar.thisWeek).test(text)) return range(today, monday.plus({ days: 6 }));
  return null;
};

const byLibrary = (text: string, lexicon: Lexicon, now: DateTime): SpokenDay | null => {
  const reference = { instant: now.toUTC().toJSDate(), timezone: now.offset };
  const results = PARSERS[lexicon.language].parse(text, reference, { forwardDate: true });
  let spoken: SpokenDay | null = null;
  for (const { start, index } of results) {
    const date = DateTime.fromObject(
      { year: start.get('year') ?? 0, month: start.get('month') ?? 1, day: start.get('day') ?? 1 },
      { zone: now.zoneName ?? 'utc' },
    );
    if (!date.isValid) continue;
    if (start.isCertain('weekday') && !start.isCertain('day')) {
      const weekday = ((start.get('weekday') ?? 0) + 6) % 7;
      const isNext = new RegExp(`${phrase(lexicon.calendar.next).source}\\s*\\p{L}{0,3}\\s*$`, 'u');
      const said = text.slice(Math.max(0, index - 25), index);
      const within = new RegExp(`^${phrase(lexicon.calendar.next).source}`, 'u');
      const next =
        isNext.test(said) || within.test(text.slice(index).replace(/^\p{L}{1,3}\s+(?=\p{L}{5})/u, ''));
      const today = now.startOf('day');
      const ahead = (weekday + 1 - today.weekday + 7) % 7 || 7;
      spoken = {
        days: single(next ? isoMonday(today).plus({ days: 7 + weekday }) : today.plus({ days: ahead })),
      };
    } else if (start.isCertain('day')) {
      const relative = start.isCertain('second') || start.isCertain('timezoneOffset');
      const minutes = (start.get('hour') ?? 0) * 60 + (start.get('minute') ?? 0);
      const past = date < now.startOf('day');
      if (!past) spoken = { days: single(date), ...(relative && { after: minutes }) };
    }
  }
  return spoken;
};

/** The day or days in a folded text of that language from which the time of day was taken out; never past ones. */
export const readDays = (folded: string, rest: string, lexicon: Lexicon, now: DateTime): SpokenDay | null => {
  const { calendar } = lexicon;
  for (const [pattern, offset] of calendar.days) {
    if (phrase(pattern).test(folded)) return { days: single(now.startOf('day').plus({ days: offset })) };
  }
  const dated = numericDate(rest, now) ?? dayOfMonth(rest, lexicon, now);
  if (dated) return { days: single(dated) };
  const named = namedRange(rest, lexicon, now);
  if (named) return { days: named };
  const clean = rest.replace(phrase(calendar.noise, 'gu'), ' ');
  const words = clean.split(' ').length;
  const spoken = byLibrary(clean, lexicon, now);
  if (!spoken || words < 2) return spoken;
  const affirmed = clean.replace(
    phrase(`(?:${calendar.not}) (?:at |on |am |um |в |во |у |на )?[\\p{L}'\\d.]+`, 'gu'),
    ' ',
  );
  return affirmed === clean ? spoken : (byLibrary(affirmed, lexicon, now) ?? null);
};
