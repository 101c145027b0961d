/** The languages in which the offline model speaks (ISO 639-1). */
export type Language = 'en' | 'de' | 'uk' | 'ru';

export type Intent =
  | 'greet'
  | 'thanks'
  | 'bye'
  | 'book'
  | 'price'
  | 'services'
  | 'duration'
  | 'staff'
  | 'hours'
  | 'mine'
  | 'reschedule'
  | 'cancel'
  | 'human'
  | 'bot'
  | 'yes'
  | 'no'
  | 'later'
  | 'earlier'
  | 'other'
  | 'soonest'
  | 'anyTime'
  | 'anyone'
  | 'instead'
  /** "if", "what happens when": the customer asks about a thing, and does not ask for it. */
  | 'hypothetical';

/** Words of a language, in the phrase syntax of `text.ts`, over folded text (lower case, `е` for `ё`). */
export interface Lexicon {
  readonly language: Language;
  /** Words that, of the four languages, only this one has. */
  readonly hints: string;
  readonly intents: Readonly<Record<Intent, string>>;
  /** The nth entry names the nth of a list; the last entry of all is "the last one". */
  readonly ordinals: readonly string[];
  readonly last: string;
  readonly clock: ClockWords;
  readonly calendar: CalendarWords;
  /** Comes before the name of a person: "with", "bei". */
  readonly withPerson: string;
}

export interface ClockWords {
  /** Hour by each of its spoken forms. */
  readonly hours: Readonly<Record<string, number>>;
  /** Ways to say a time around an hour `{h}`, with the minutes to add: "half past {h}" is 30, "halb {h}" is -30. */
  readonly shifted: readonly (readonly [pattern: string, minutes: number])[];
  readonly at: string;
  readonly after: string;
  readonly before: string;
  /** Words between the ends of a range: "between {h} and {h}". */
  readonly ranges: readonly string[];
  /** What may follow a number that is an hour: "uhr", "o'clock". */
  readonly unit: string;
  /** What follows a number that is not an hour after all: months, people, days. */
  readonly notAnHour: string;
  readonly am: string;
  readonly pm: string;
  /** Times that have a name, in minutes of the day. */
  readonly named: readonly (readonly [pattern: string, minutes: number])[];
  /** Parts of the day, in hours. */
  readonly parts: readonly (readonly [pattern: string, from: number, to: number])[];
}

export interface CalendarWords {
  /** Days that the date library does not read, as days from today. */
  readonly days: readonly (readonly [pattern: string, offset: number])[];
  /** A day of the month alone; its group is the number. */
  readonly dayOfMonth: readonly string[];
  readonly thisWeek: string;
  readonly nextWeek: string;
  readonly weekend: string;
  readonly nextWeekend: string;
  /** Before a weekday: the one of the next week. */
  readonly next: string;
  /** "not", where a day follows that is refused. */
  readonly not: string;
  /** Words that the date library takes for dates though they are none. */
  readonly noise: string;
}
