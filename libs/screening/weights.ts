/** Changes with every rule, table or weight: a stored score is only ever replayed by the version that made it. */
export const MATCHER_VERSION = '1.3.0';

/** Scores and similarities are basis points: 10,000 is certain. */
export const FULL = 10_000;

/** The one threshold: at or above it a hit is an alert. */
export const ALERT_THRESHOLD = 6900;
/** Reached only with a birth date or an identifier that agrees: a name alone never confirms. */
export const STRONG_THRESHOLD = 9500;
export const WEAK_THRESHOLD = 5900;
export const NAME_ALONE_CAP = 9400;
export const IDENTIFIER_SCORE = 9800;

/** Weights of words, by what they are. A rarer word may carry the most. */
export const WORD = {
  name: 100,
  kunya: 50,
  particle: 8,
  title: 15,
  initial: 40,
  number: 90,
  form: 8,
  stop: 5,
} as const;

/** What one halving of rarity takes off a word's weight, from 16 entities on, and the least that is left. */
export const COMMON_PERSON_STEP = 6;
export const COMMON_ORGANISATION_STEP = 9;
export const LEAST_COMMON_WEIGHT = 22;

/** Percent of the weight that words left over put into the denominator. */
export const QUERY_EXTRA = 45;
export const LIST_EXTRA = 22;
/** The most that counts of it: a long name is no other than a somewhat shorter one. */
export const LIST_EXTRA_MOST = 300;
/** And again for what both sides leave over of words heavier than a title: they contradict each other. */
export const CONTRADICTION = 120;

export const SIMILARITY = {
  exact: FULL,
  spelling: 9800,
  variant: 9300,
  root: 8600,
  served: 8800,
  /** Less `soundStep` for each tenth of distance by the ear, over the length of the shorter fold. */
  sound: 9700,
  soundStep: 600,
  /** The farthest, in tenths, by that length. */
  soundBudget: [0, 0, 4, 5, 9, 11, 14, 17, 20, 22],
  initial: 9000,
  korean: 9500,
  /** By the length of the skeleton, 1 to 4 and more. */
  consonants: [0, 5500, 8600, 9400, 9600],
  looseConsonants: 8000,
  /** The most where the long vowels that one script writes are not those of the other. */
  otherVowels: 7500,
  /** One edit, by the length of the shorter fold, 4 to 8 and more. */
  typo: [0, 0, 0, 0, 8000, 8400, 8700, 8900, 9100],
  twoTypos: 8000,
  otherOnset: 700,
  joined: 200,
} as const;

/** What a match of words tells, 0 to 100, by what was matched and its length. */
export const EVIDENCE = {
  letters: [0, 3, 25, 45, 65, 85, 100],
  consonants: [0, 5, 25, 55, 75, 90, 100],
  syllable: 35,
  initial: 3,
  typo: 25,
  sound: 25,
} as const;
/** Less evidence than this, over the whole name, costs so many points for each that lacks. */
export const EVIDENCE_NEEDED = 150;
/** For organisations, whose one rare word is often all they are called by. */
export const EVIDENCE_NEEDED_ORGANISATION = 105;
/** Enough where neither name has a word left over. */
export const EVIDENCE_NEEDED_WHOLE = 80;
/** But where all of two words and more are only like another, by ear or but for a typo. */
export const EVIDENCE_NEEDED_UNSURE = 140;
export const EVIDENCE_STEP = 30;

export const PENALTY = {
  weakAlias: 300,
  kind: 2500,
  country: 700,
  birthYear: 1500,
  birthDay: 900,
  gender: 1500,
} as const;
