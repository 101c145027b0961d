import type { DateTime } from 'luxon';
import { lexiconsFor, type Intent, type Language, type Lexicon } from './lexicon/index.js';
import { READ_LIMIT, fold, phrase, tokensOf } from './text.js';
import { readWhen, type When } from './when.js';

/** What the customer said in one turn, as far as it is understood. */
export interface Utterance {
  readonly text: string;
  readonly folded: string;
  readonly tokens: readonly string[];
  readonly language: Language;
  readonly intents: ReadonlySet<Intent>;
  readonly when: When | null;
  /** It is a plain yes: said first or in few words, and not within a question ("can Olena do it?"). */
  readonly consents: boolean;
  /** Place in a list that was shown, from 1; -1 is the last. */
  readonly ordinal: number | null;
  /** Names after "with", "bei", "до", as written. */
  readonly persons: readonly string[];
  /** It was only a picture, a voice note or another thing that cannot be read here. */
  readonly mediaOnly: boolean;
}

const MEDIA =
  /\[(?:[^\]\n]{0,30}\b)?(?:image|photo|picture|voice|audio|video|sticker|document|file|gif|contact|location|unsupported|media)[^\]\n]{0,80}\]/giu;

const EMOJI: readonly (readonly [Intent, RegExp])[] = [
  ['yes', /^\s*(?:👍|👌|✅|🆗|☑️?|✔️?|💯|🤝)(?:[\p{Emoji_Modifier}\uFE0F]|\s|👍|👌|✅)*$/u],
  ['no', /^\s*(?:👎|❌|🚫|🙅)(?:[\p{Emoji_Modifier}\uFE0F]|\s)*/u],
  ['thanks', /^\s*(?:🙏|❤️?|🥰|😍|💐|🌹)(?:[\p{Emoji_Modifier}\uFE0F]|\s)*$/u],
  ['greet', /^\s*👋(?:[\p{Emoji_Modifier}\uFE0F]|\s)*/u],
];

const patterns = new Map<Language, readonly (readonly [Intent, RegExp])[]>();

const patternsOf = (lexicon: Lexicon): readonly (readonly [Intent, RegExp])[] => {
  const known = patterns.get(lexicon.language);
  if (known) return known;
  const made = (Object.keys(lexicon.intents) as Intent[]).map(
    (intent) => [intent, phrase(lexicon.intents[intent])] as const,
  );
  patterns.set(lexicon.language, made);
  return made;
};

const intentsIn = (folded: string, lexicon: Lexicon): Set<Intent> => {
  const found = new Set<Intent>();
  for (const [intent, pattern] of patternsOf(lexicon)) if (pattern.test(folded)) found.add(intent);
  return found;
};

/** Its own language's words first; the others' when those say nothing ("ok", a mixed or misjudged text). */
const intentsOf = (text: string, folded: string, lexicons: readonly Lexicon[]): Set<Intent> => {
  let found = new Set<Intent>();
  for (const lexicon of lexicons) {
    found = intentsIn(folded, lexicon);
    if (found.size > 0) break;
  }
  for (const [intent, pattern] of EMOJI) if (pattern.test(text)) found.add(intent);
  return found;
};

const consentIn = (folded: string, intents: ReadonlySet<Intent>, lexicons: readonly Lexicon[]): boolean => {
  if (!intents.has('yes') || intents.has('no')) return false;
  const first = lexicons.some(({ intents: words }) => phrase(words.yes).exec(folded)?.index === 0);
  const words = tokensOf(folded).length;
  return first ? words <= 12 : words <= 5 && !folded.includes('?');
};

const ordinalOf = (folded: string, lexicons: readonly Lexicon[]): number | null => {
  const digit =
    /^(?:(?:№|#|n|nr\.?|no\.?|number|option|nummer|номер|варіант|вариант|under|під|под)? ?)?([1-9])[.)!]?(?: (?:please|bitte|будь ласка|пожалуйста))?$/u.exec(
      folded,
    );
  if (digit) return Number(digit[1]);
  const keycap = /^([1-9])\uFE0F?\u20E3/u.exec(folded);
  if (keycap) return Number(keycap[1]);
  // "другого" is "another" in Russian and "second" in Ukrainian: a neighbour's word counts only when it stands alone.
  const alone = !folded.includes(' ');
  for (const { ordinals, last } of alone ? lexicons : lexicons.slice(0, 1)) {
    const place = ordinals.findIndex((words) => phrase(words).test(folded));
    if (place >= 0) return place + 1;
    if (phrase(last).test(folded)) return -1;
  }
  return null;
};

const personsOf = (text: string, lexicons: readonly Lexicon[]): string[] => {
  const cues = lexicons
    .slice(0, 2)
    .map(({ withPerson }) => withPerson)
    .join('|');
  const plain = text.normalize('NFKC').replace(/\s+/gu, ' ');
  return [...plain.matchAll(phrase(`(?:${cues}) ([\\p{L}][\\p{L}'’-]+)`, 'giu'))]
    .map((match) => match[1] ?? '')
    .filter((name) => name.length > 1)
    .slice(0, 5);
};

export const understand = (parts: readonly string[], language: Language, now: DateTime): Utterance => {
  const whole = parts.join('\n');
  const text = whole.length > READ_LIMIT ? whole.slice(0, READ_LIMIT) : whole;
  const withoutMedia = text.replace(MEDIA, ' ');
  const folded = fold(withoutMedia);
  const lexicons = lexiconsFor(language);
  const intents = intentsOf(withoutMedia, folded, lexicons);
  const when = readWhen(folded, lexicons, now);
  // "an hour later" counts from the appointment, not from now.
  const shift = when?.fromNow === true && (intents.has('later') || intents.has('earlier'));
  return {
    text: withoutMedia,
    folded,
    tokens: tokensOf(folded),
    language,
    intents,
    when: shift ? null : when,
    consents: consentIn(folded, intents, lexicons),
    ordinal: ordinalOf(folded, lexicons),
    persons: personsOf(withoutMedia, lexicons),
    mediaOnly: withoutMedia.trim() === '' && text.trim() !== '',
  };
};
