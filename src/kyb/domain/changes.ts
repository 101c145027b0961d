import { canonicalJson } from '#libs/kernel';
import type { SnapshotFacts } from './register.js';
import type { CheckSource } from './sources.js';

/** What a change is about: the materiality rules of a business speak of these. */
export const CHANGE_KINDS = [
  'name',
  'status',
  'address',
  'ownership',
  'vat_state',
  'lei_state',
  'insolvency',
  'new_hit',
  'changed_hit',
  'removed_hit',
  'other',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

export interface FieldChange {
  readonly kind: ChangeKind;
  /** Key of the snapshot's facts; `state` for the state of the check itself; for hits the listed id, such as `eu:EU.27.28`. */
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What GLEIF calls the registration is not among them: the state says what it means, and one finding is one alert. */
const BY_FIELD: Readonly<Record<string, ChangeKind>> = {
  name: 'name',
  names: 'name',
  legalName: 'name',
  otherNames: 'name',
  status: 'status',
  entityStatus: 'status',
  address: 'address',
  legalAddress: 'address',
  headquartersAddress: 'address',
  directParent: 'ownership',
  ultimateParent: 'ownership',
  children: 'ownership',
};

const OF_STATE: Readonly<Record<CheckSource, ChangeKind>> = {
  screening: 'other',
  vies: 'vat_state',
  gleif: 'lei_state',
  insolvency: 'insolvency',
};

const kindOf = (source: CheckSource, field: string, was: unknown, is: unknown): ChangeKind => {
  if (field === 'state') return OF_STATE[source];
  if (field === 'notices') return isFurther(was, is) ? 'insolvency' : 'other';
  return BY_FIELD[field] ?? 'other';
};

/** A notice beside those that were there: what was decided was not decided about it. The first one is told by the state. */
const isFurther = (was: unknown, is: unknown): boolean =>
  Array.isArray(was) && was.length > 0 && Array.isArray(is) && is.some((notice) => !was.includes(notice));

/** The number that a register was asked by. */
const ASKED_BY: Readonly<Partial<Record<CheckSource, string>>> = { vies: 'vatNumber', gleif: 'lei' };

/** Whether two snapshots are of two numbers: then one does not say what became of the other. */
const isOfAnother = (source: CheckSource, before: SnapshotFacts, after: SnapshotFacts): boolean => {
  const key = ASKED_BY[source];
  if (key === undefined) return false;
  const [was, is] = [before[key], after[key]];
  return was !== undefined && is !== undefined && was !== is;
};

/**
 * Field-level difference of two snapshots of one source, by field name. At the first snapshot, and at the first of another number, only
 * the state is news: so what was decided about a number is not taken for decided about the next.
 */
export const diffFacts = (
  source: CheckSource,
  before: SnapshotFacts | null,
  after: SnapshotFacts,
): FieldChange[] => {
  if (!before || isOfAnother(source, before, after)) {
    const state = after.state ?? null;
    return state === null ? [] : [{ kind: OF_STATE[source], field: 'state', before: null, after: state }];
  }
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return fields.flatMap((field) => {
    const [was, is] = [before[field] ?? null, after[field] ?? null];
    if (canonicalJson(was) === canonicalJson(is)) return [];
    return [{ kind: kindOf(source, field, was, is), field, before: was, after: is }];
  });
};
