import {
  type Adjustment,
  type AdjustmentReason,
  type Band,
  type EntityKind,
  type Gender,
  type Qualifiers,
  type QualifierState,
} from '../types.js';
import {
  ALERT_THRESHOLD,
  IDENTIFIER_SCORE,
  NAME_ALONE_CAP,
  PENALTY,
  STRONG_THRESHOLD,
  WEAK_THRESHOLD,
} from '../weights.js';

/** What one side says of itself beside its names. */
export interface Facts {
  readonly kind?: EntityKind;
  readonly countries?: readonly string[];
  readonly birthDates?: readonly string[];
  readonly gender?: Gender;
  readonly identifiers?: readonly string[];
}

export interface Adjusted {
  readonly score: number;
  readonly adjustments: readonly Adjustment[];
  readonly qualifiers: Qualifiers;
}

export const bandOf = (score: number): Band => {
  if (score >= STRONG_THRESHOLD) return 'STRONG';
  if (score >= ALERT_THRESHOLD) return 'MEDIUM';
  return score >= WEAK_THRESHOLD ? 'WEAK' : 'NONE';
};

export const normalIdentifier = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '');

/** Carries a name's score to the final one: conflicts lower it, an identifier lifts it, a name alone is capped. */
export const adjust = (
  name: { raw: number; thin: number },
  weakAlias: boolean,
  query: Facts,
  entry: Facts,
): Adjusted => {
  const adjustments: Adjustment[] = [];
  let score = name.raw;
  const add = (reason: AdjustmentReason, points: number, detail?: string): void => {
    if (points === 0) return;
    score += points;
    adjustments.push({ reason, points, ...(detail === undefined ? {} : { detail }) });
  };
  add('thin-evidence', -name.thin);
  if (weakAlias) add('weak-alias', -PENALTY.weakAlias);
  const kind = kindState(query.kind, entry.kind);
  if (kind === 'conflicts') add('kind-conflict', -PENALTY.kind, `${query.kind} / ${entry.kind}`);
  const country = countryState(query.countries, entry.countries);
  if (country === 'conflicts') add('country-conflict', -PENALTY.country);
  const birth = birthState(query.birthDates?.[0], entry.birthDates);
  if (birth.penalty !== undefined) add(birth.penalty.reason, -birth.penalty.points, birth.penalty.detail);
  const gender = gendersState(query.gender, entry.gender);
  if (gender === 'conflicts') add('gender-conflict', -PENALTY.gender);
  const identifier = identifierState(query.identifiers, entry.identifiers);
  if (score < 0) add('floor', -score);
  if (identifier === 'agrees' && score < IDENTIFIER_SCORE) add('identifier-match', IDENTIFIER_SCORE - score);
  const confirmed = identifier === 'agrees' || birth.state === 'agrees';
  if (!confirmed && score > NAME_ALONE_CAP) add('name-alone-cap', NAME_ALONE_CAP - score);
  return { score, adjustments, qualifiers: { kind, country, birthDate: birth.state, gender, identifier } };
};

const kindState = (a: EntityKind = 'unknown', b: EntityKind = 'unknown'): QualifierState => {
  if (a === 'unknown' || b === 'unknown') return 'not-given';
  return a === b ? 'agrees' : 'conflicts';
};

const countryState = (a: readonly string[] = [], b: readonly string[] = []): QualifierState => {
  if (a.length === 0 || b.length === 0) return 'not-given';
  const upper = new Set(b.map((each) => each.toUpperCase()));
  return a.some((each) => upper.has(each.toUpperCase())) ? 'agrees' : 'conflicts';
};

const gendersState = (a?: Gender, b?: Gender): QualifierState => {
  if (a === undefined || b === undefined) return 'not-given';
  return a === b ? 'agrees' : 'conflicts';
};

const identifierState = (a: readonly string[] = [], b: readonly string[] = []): QualifierState => {
  const known = new Set(b.map(normalIdentifier).filter((each) => each.length > 3));
  return a.some((each) => known.has(normalIdentifier(each))) ? 'agrees' : 'not-given';
};

const FIRST_DAY = '0000-01-01';
const LAST_DAY = '9999-12-31';
const firstDay = (date: string): string => date + FIRST_DAY.slice(date.length);
const lastDay = (date: string): string => date + LAST_DAY.slice(date.length);

/** How many years a date lies outside of a span: 0 within it, 1 and more without. */
const yearsOutside = (asked: string, span: string): number => {
  const [from = '', to = ''] = span.split('/');
  if (lastDay(asked) >= firstDay(from) && firstDay(asked) <= lastDay(to)) return 0;
  const year = Number(asked.slice(0, 4));
  return Math.max(1, Number(from.slice(0, 4)) - year, year - Number(to.slice(0, 4)));
};

interface BirthState {
  readonly state: QualifierState;
  readonly penalty?: { reason: 'birth-year-conflict' | 'birth-day-conflict'; points: number; detail: string };
}

/**
 * Lists often know the year only, and be it one off, or a span of years; day and month are often swapped. Only a full date confirms: who was born
 * within a span is not contradicted by it.
 */
const birthState = (asked: string | undefined, listed: readonly string[] = []): BirthState => {
  if (asked === undefined || listed.length === 0) return { state: 'not-given' };
  const detail = `${asked} / ${listed.join(', ')}`;
  let near = false;
  let year = false;
  for (const each of listed) {
    if (each.includes('/')) {
      const years = yearsOutside(asked, each);
      if (years === 0) year = true;
      else if (years <= 1) near = true;
      continue;
    }
    const [otherYear = '', month = '', day = ''] = each.split('-');
    const [askedYear = '', askedMonth = '', askedDay = ''] = asked.split('-');
    const apart = Math.abs(Number(otherYear) - Number(askedYear));
    if (apart > 1) continue;
    near = true;
    if (apart > 0) continue;
    if (day === '' || askedDay === '') year = true;
    else if ((day === askedDay && month === askedMonth) || (day === askedMonth && month === askedDay))
      return { state: 'agrees' };
  }
  if (year) return { state: 'not-given' };
  return near
    ? { state: 'conflicts', penalty: { reason: 'birth-day-conflict', points: PENALTY.birthDay, detail } }
    : { state: 'conflicts', penalty: { reason: 'birth-year-conflict', points: PENALTY.birthYear, detail } };
};
