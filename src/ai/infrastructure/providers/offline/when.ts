import type { DateTime } from 'luxon';
import { readDays, type DayRange } from './calendar.js';
import { readClock, type SpokenTime } from './clock.js';
import type { Lexicon } from './lexicon/index.js';
import { phrase } from './text.js';

/** When the customer would come, as far as it was said. */
export interface When {
  readonly days?: DayRange;
  readonly time?: SpokenTime;
  /** It was said as a distance from now: "in two hours". */
  readonly fromNow?: true;
}

/** A date such as "25.11." must not be read as a time, unless a word says that it is one ("um 10.30"). */
const NUMERIC_DATE =
  /(?<![\d.:])\d{1,2}(?:\/\d{1,2}(?:\/\d{2,4})?|\.(?:0?[1-9]|1[0-2])\.?(?:\d{4}|\d{2})?|\.\d{1,2}\.\d{2,4})(?![\d:])/gu;

const hideDates = (text: string, lexicon: Lexicon): { text: string; dates: string } => {
  const cue = new RegExp(
    `${phrase(`${lexicon.clock.at}|${lexicon.clock.after}|${lexicon.clock.before}`).source}\\s*$`,
    'u',
  );
  const dates: string[] = [];
  const hidden = text
    .replace(/(?<!\d)20\d{2}-\d{2}-\d{2}(?!\d)/gu, (date) => {
      dates.push(date);
      return ' ';
    })
    .replace(NUMERIC_DATE, (date, offset: number) => {
      const looksLikeTime = /^\d{1,2}\.[0-5]\d$/u.test(date) && cue.test(text.slice(0, offset));
      if (looksLikeTime && lexicon.language !== 'uk' && lexicon.language !== 'ru') return date;
      dates.push(date);
      return ' ';
    });
  return { text: hidden, dates: dates.join(' ') };
};

/** Reads day and time of a folded text with the first of the lexicons that finds any. */
export const readWhen = (folded: string, lexicons: readonly Lexicon[], now: DateTime): When | null => {
  const greetings = lexicons.map(({ intents }) => `${intents.greet}|${intents.bye}`).join('|');
  const text = folded.replace(phrase(greetings, 'gu'), ' ').replace(/ {2,}/gu, ' ').trim();
  let best: { when: When; score: number } | null = null;
  for (const lexicon of lexicons) {
    const { text: open, dates } = hideDates(text, lexicon);
    const { time, rest } = readClock(open, lexicon);
    const day = readDays(text, `${rest} ${dates}`.trim(), lexicon, now);
    const spoken = day?.after === undefined ? time : { from: day.after, to: 24 * 60 - 1 };
    const when: When = {
      ...(day && { days: day.days }),
      ...(spoken && { time: spoken }),
      ...(day?.after !== undefined && { fromNow: true }),
    };
    const score = (day ? 2 : 0) + (spoken ? ('at' in spoken ? 2 : 1) : 0);
    if (score > (best?.score ?? 0)) best = { when, score };
  }
  return best?.when ?? null;
};
