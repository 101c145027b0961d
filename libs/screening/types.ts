/** What a listed or queried party is. `unknown` conflicts with nothing. */
export type EntityKind = 'person' | 'organisation' | 'vessel' | 'unknown';
export type Gender = 'male' | 'female';

export interface ListName {
  readonly text: string;
  /** What the list itself calls a low-quality alias; it costs points. */
  readonly weak?: boolean;
}

/** One listed party, as a parser of a list hands it over. */
export interface ListEntry {
  /** Unique within one index, such as `eu:EU.27.28`. */
  readonly id: string;
  readonly kind: EntityKind;
  readonly names: readonly ListName[];
  /** ISO 3166-1 alpha-2, either case. */
  readonly countries?: readonly string[];
  /** `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or a span, both ends included (`1960/1965`); any one that agrees is agreement. */
  readonly birthDates?: readonly string[];
  readonly gender?: Gender;
  /** LEI, VAT, register and document numbers, in any notation. */
  readonly identifiers?: readonly string[];
  /** Whatever the caller wants back with a hit, such as a hash of what the list says; it plays no part in the score. */
  readonly tag?: string;
}

export interface ScreeningQuery {
  readonly names: readonly string[];
  /** Default `unknown`. */
  readonly kind?: EntityKind;
  readonly countries?: readonly string[];
  readonly birthDate?: string;
  readonly gender?: Gender;
  readonly identifiers?: readonly string[];
}

export type Band = 'STRONG' | 'MEDIUM' | 'WEAK' | 'NONE';

/** Why two words were taken for one another. */
export type AlignmentRule =
  'exact' | 'spelling' | 'sound' | 'consonants' | 'variant' | 'initial' | 'typo' | 'legal-form';

export interface Alignment {
  /** The query's words; two when they match joined. */
  readonly query: readonly string[];
  readonly list: readonly string[];
  readonly rule: AlignmentRule;
  readonly joined: boolean;
  /** Basis points, 1 to 10,000. */
  readonly similarity: number;
  readonly weight: number;
  /** What the pair adds to the score. */
  readonly points: number;
}

export interface Unmatched {
  readonly word: string;
  readonly weight: number;
}

export type AdjustmentReason =
  | 'thin-evidence'
  | 'weak-alias'
  | 'kind-conflict'
  | 'country-conflict'
  | 'birth-year-conflict'
  | 'birth-day-conflict'
  | 'gender-conflict'
  | 'identifier-match'
  | 'name-alone-cap'
  | 'floor';

export interface Adjustment {
  readonly reason: AdjustmentReason;
  readonly points: number;
  /** What was compared, such as `1965 / 1971`. */
  readonly detail?: string;
}

export type QualifierState = 'agrees' | 'conflicts' | 'not-given';

export interface Qualifiers {
  readonly kind: QualifierState;
  readonly country: QualifierState;
  readonly birthDate: QualifierState;
  readonly gender: QualifierState;
  readonly identifier: QualifierState;
}

/** A score and all its parts: the alignments' and adjustments' points add up to `score` exactly. */
export interface Explanation {
  readonly matcherVersion: string;
  readonly queryName: string;
  readonly listName: string;
  readonly score: number;
  readonly band: Band;
  readonly alignments: readonly Alignment[];
  readonly unmatchedQuery: readonly Unmatched[];
  readonly unmatchedList: readonly Unmatched[];
  /** By what the aligned similarities are divided: weights of pairs, of words left over, and of contradictions. */
  readonly denominator: number;
  readonly qualifiers: Qualifiers;
  readonly adjustments: readonly Adjustment[];
}

export interface Hit {
  readonly entryId: string;
  readonly score: number;
  readonly band: Band;
  readonly listName: string;
  readonly queryName: string;
  /** The entry's, when it has one. */
  readonly tag?: string;
  /** The full account, when it was asked for. */
  readonly explanation?: Explanation;
}

export interface SearchOptions {
  /** Default 20. */
  readonly limit?: number;
  /** Basis points; default `ALERT_THRESHOLD`. */
  readonly threshold?: number;
  /** Each hit with its full account. Default false. */
  readonly explain?: boolean;
}
