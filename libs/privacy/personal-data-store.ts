import { SetMetadata } from '@nestjs/common';
import type { DataClass } from './data-class.js';
import type { DataSubject, SubjectPart } from './data-subject.js';

export interface PersonalDataOptions {
  /** Unique and stable, `<context>.<records>`: it stands in receipts. */
  readonly name: string;
  /** For the person who reads an export or a receipt. */
  readonly description: string;
  /** A store whose rows fall under several is asked to prune once for each. */
  readonly dataClasses: readonly DataClass[];
  /** Erasure and export go from low to high: whoever writes first, what is found by it after, keys at 100. */
  readonly order: number;
  /** Talks to something else than the database: runs outside of a unit of work. */
  readonly outside?: boolean;
}

export const HOLDS_PERSONAL_DATA = 'frontdesk:holds-personal-data';

/** Marks a provider as one of the places where data about people is kept. */
export const HoldsPersonalData = (options: PersonalDataOptions) => SetMetadata(HOLDS_PERSONAL_DATA, options);

/** One record of an export; `type` names its shape. */
export interface PersonalRecord {
  readonly type: string;
  readonly [field: string]: unknown;
}

export type ErasureOutcome = 'deleted' | 'anonymised' | 'key destroyed' | 'kept';

export interface Erasure {
  /** Rows touched by this call. */
  readonly records: number;
  readonly what: ErasureOutcome;
  /** What is kept, and why. No personal data: it stands in the receipt. */
  readonly reason?: string;
  /** There may be more: call again, in a transaction of its own. */
  readonly more?: boolean;
  /** What of the person came to light by it. */
  readonly found?: SubjectPart;
}

export interface PruneOrder {
  readonly dataClass: DataClass;
  /** What is older goes. */
  readonly before: Date;
  readonly now: Date;
  /** Most rows of one call. */
  readonly limit: number;
  /** Whoever a legal hold protects, as of this transaction. Leave them out in the deleting statement. */
  readonly held: DataSubject;
  /** Only count, without limit. */
  readonly dryRun: boolean;
}

/**
 * A place that holds personal data. Every call but those of an `outside` store comes inside a unit of work of the tenant,
 * and must be repeatable: what is gone already is no error.
 */
export abstract class PersonalDataStore {
  /** What else this store knows the person by; nothing by default. */
  locate(_known: DataSubject): Promise<SubjectPart> {
    return Promise.resolve({});
  }

  abstract export(subject: DataSubject): AsyncIterable<PersonalRecord>;

  /** At most about `limit` rows a call. */
  abstract erase(subject: DataSubject, now: Date, limit: number): Promise<Erasure>;

  /** Answers the rows that were (or, in a dry run, would be) pruned. Nothing by default: kept, or pruned by another rule. */
  prune(_order: PruneOrder): Promise<number> {
    return Promise.resolve(0);
  }

  /** When the oldest record that is still kept was made; null without any, or where it has no age. */
  oldest(_dataClass: DataClass): Promise<Date | null> {
    return Promise.resolve(null);
  }
}
