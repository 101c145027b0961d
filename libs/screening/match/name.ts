import {
  isSpanishSurname,
  KUNYAS,
  leastLevelOf,
  PARTICLES,
  PORTUGUESE_PARTICLES,
  STOPS,
  TITLES,
} from '../tables/words.js';
import { FORM_CLASSES, LONGEST_FORMS, ORGANISATION_LEVELS, PERSON_LEVELS } from '../tables/lookups.js';
import { joinWords, type Word, wordsOf } from '../text/words.js';
import { mergeCompounds } from '../text/compounds.js';
import { type EntityKind } from '../types.js';
import { COMMON_ORGANISATION_STEP, COMMON_PERSON_STEP, LEAST_COMMON_WEIGHT, WORD } from '../weights.js';
import { FORM_MARK, type Term, termOf } from './term.js';

export interface Token {
  readonly term: Term;
  readonly weight: number;
  readonly initial: boolean;
  /** A name does not go without it: whoever leaves it out means somebody else. */
  readonly kept: boolean;
}

/** A name ready to be compared: its words, and each two neighbours as one (`joins[i]` is tokens i and i + 1). */
export interface ParsedName {
  readonly text: string;
  readonly organisation: boolean;
  readonly tokens: readonly Token[];
  readonly joins: readonly (Term | undefined)[];
}

/** More words than any listed name has; what follows is not compared. */
const MOST_TOKENS = 30;
const FIRST_LEVEL = 3;

export const parseName = (name: string, kind: EntityKind): ParsedName => {
  const organisation =
    kind === 'organisation' || kind === 'vessel' || (kind === 'unknown' && hasLegalForm(name));
  const tokens = (organisation ? organisationTokens(name) : personTokens(name)).slice(0, MOST_TOKENS);
  const joins = tokens.slice(1).map((second, at) => {
    const first = tokens[at];
    if (first === undefined || !joinable(first, second)) return undefined;
    const word = joinWords(wordOf(first.term), wordOf(second.term));
    return word === undefined ? undefined : termOf(word, true);
  });
  return { text: name, organisation, tokens, joins };
};

const joinable = (first: Token, second: Token): boolean =>
  second.weight > LEAST_COMMON_WEIGHT &&
  !second.initial &&
  !first.initial &&
  (first.weight > LEAST_COMMON_WEIGHT || PARTICLES.has(first.term.text));

const wordOf = (term: Term): Word => ({
  text: term.text,
  mode: term.mode,
  ...(term.mode === 'consonants' ? { vocals: term.vocals } : {}),
  ...(term.mode === 'korean' && term.syllables[0] !== undefined ? { syllable: term.syllables[0] } : {}),
});

const token = (word: Word, weight: number, kept = false): Token => ({
  term: termOf(word, false),
  weight,
  initial: word.mode === 'latin' && /^[a-z]$/.test(word.text),
  kept,
});

const personTokens = (name: string): Token[] => {
  const words = mergeCompounds(wordsOf(inGivenOrder(name), 'initials'));
  const father = fathersSurname(name, words);
  return words.map((word, at) => token(word, personWeight(word), at === father || isSyllable(word)));
};

/**
 * Where the first of two Spanish surnames is, if the name shows which words are surnames (`GARCIA LOPEZ, Juan`, `Juan GARCIA LOPEZ`): it is
 * the mother's, the second, that people leave out.
 */
const fathersSurname = (name: string, words: readonly Word[]): number => {
  const surnames = surnamesOf(name);
  if (surnames === undefined) return -1;
  const count = wordsOf(surnames, 'initials').length;
  const from = words.length - count;
  const heavy = words.slice(from).filter((word) => personWeight(word) > WORD.initial);
  if (from < 1 || heavy.length !== 2 || !heavy.some(({ text }) => isSpanishSurname(text))) return -1;
  if (words.some(({ text }) => PORTUGUESE_PARTICLES.has(text))) return -1;
  return words.indexOf(heavy[0] as Word);
};

const CAPITALS = /^[^\p{Lu}]*\p{Lu}[^,\p{Lu}]*\p{Ll}.*?((?:\s[\p{Lu}'’-]{2,}){2,})$/u;
const surnamesOf = (name: string): string | undefined => {
  const parts = name.split(COMMA);
  if (parts.length === 2) return parts[0];
  const last = name.charAt(name.length - 1);
  return last === last.toLowerCase() ? undefined : CAPITALS.exec(name)?.[1];
};

/** Given names of two syllables are not called by one of them. */
const isSyllable = ({ mode }: Word): boolean => mode === 'pinyin' || mode === 'korean';

const COMMA = /[,،]/;
/** `LAST, First` as `First LAST`, so that neighbours are neighbours. */
const inGivenOrder = (name: string): string => {
  const parts = name.split(COMMA);
  return parts.length === 2 ? `${parts[1]} ${parts[0]}` : name;
};

const personWeight = ({ text, mode }: Word): number => {
  if (mode !== 'latin') return WORD.name;
  if (PARTICLES.has(text)) return WORD.particle;
  if (/^[a-z]$/.test(text)) return WORD.initial;
  if (TITLES.has(text)) return WORD.title;
  if (KUNYAS.has(text)) return WORD.kunya;
  return commonness(Math.max(PERSON_LEVELS.get(text) ?? 0, leastLevelOf(text)), COMMON_PERSON_STEP);
};

const commonness = (level: number, step: number): number =>
  Math.min(WORD.name, Math.max(LEAST_COMMON_WEIGHT, WORD.name - step * (level - FIRST_LEVEL)));

const hasLegalForm = (name: string): boolean =>
  organisationTokens(name).some(({ term }) => term.text.startsWith(FORM_MARK));

const organisationTokens = (name: string): Token[] => {
  const words = wordsOf(name, 'acronym');
  const forms = markForms(words);
  const tokens: Token[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as Word;
    const form = forms.get(at);
    if (form === undefined) {
      tokens.push(token(word, organisationWeight(word)));
      continue;
    }
    tokens.push(token({ text: FORM_MARK + form.form, mode: 'latin' }, WORD.form));
    at += form.length - 1;
  }
  return tokens;
};

const organisationWeight = ({ text, mode }: Word): number => {
  if (mode !== 'latin') return WORD.name;
  if (STOPS.has(text)) return WORD.stop;
  if (/^[0-9]+$/.test(text)) return WORD.number;
  if (/^[a-z]$/.test(text)) return WORD.initial;
  return commonness(ORGANISATION_LEVELS.get(text) ?? 0, COMMON_ORGANISATION_STEP);
};

interface Form {
  readonly form: string;
  readonly length: number;
}

/**
 * Legal forms by the place of their first word. Phrases count anywhere; single words only at the ends of a name, where
 * "as", "co" or "sa" are not something else. A name of nothing but forms keeps its first word.
 */
const markForms = (words: readonly Word[]): ReadonlyMap<number, Form> => {
  const forms = new Map<number, Form>();
  const taken = new Set<number>();
  const take = (at: number, form: Form): void => {
    forms.set(at, form);
    for (let each = at; each < at + form.length; each += 1) taken.add(each);
  };
  for (let at = 0; at < words.length; at += 1) {
    const form = formAt(words, at, 2);
    if (form === undefined || taken.size + form.length >= words.length) continue;
    take(at, form);
    at += form.length - 1;
  }
  const single = (at: number): boolean => {
    if (taken.has(at)) return true;
    const form = formAt(words, at, 1);
    if (form === undefined || taken.size + 1 >= words.length) return false;
    take(at, { ...form, length: 1 });
    return true;
  };
  let start = 0;
  while (start < words.length && single(start)) start += 1;
  let end = words.length - 1;
  while (end > start && single(end)) end -= 1;
  return forms;
};

const formAt = (words: readonly Word[], at: number, shortest: number): Form | undefined => {
  let phrase = words[at]?.text ?? '';
  const most = Math.min(shortest === 1 ? 1 : (LONGEST_FORMS.get(phrase) ?? 0), words.length - at);
  let longest: Form | undefined;
  for (let length = 1; length <= most; length += 1) {
    if (length > 1) phrase += ` ${words[at + length - 1]?.text ?? ''}`;
    const form = length < shortest ? undefined : FORM_CLASSES.get(phrase);
    if (form !== undefined) longest = { form, length };
  }
  return longest;
};
