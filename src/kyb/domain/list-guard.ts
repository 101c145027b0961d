import type { ListedEntity } from './listed-entity.js';
import type { ListName } from './sources.js';

/** What is counted of an edition before it is believed. Counts of entities, but for `names`. */
export interface ListFacts {
  readonly entities: number;
  readonly names: number;
  readonly persons: number;
  /** With a birth date. */
  readonly birthDates: number;
  readonly countries: number;
  readonly identifiers: number;
  /** Ids of its last entries, in the order of the file. */
  readonly tail?: readonly string[];
  /** By part of the file: whether it ends as such a file does, or, without an end of its own, came in an answer that said where it ends. None of XML. */
  readonly ends?: Readonly<Record<string, boolean>>;
}

/** What the guard looks at. */
export interface ListLook {
  readonly facts: ListFacts;
  /** When the list says it was made. */
  readonly publishedAt: Date | null;
}

const SHARES = ['persons', 'birthDates', 'countries', 'identifiers'] as const;

/** The least that a first edition of a list has. */
export interface ListLeast extends Readonly<Record<(typeof SHARES)[number], number>> {
  readonly entities: number;
  /** Of an entity, on average. */
  readonly names: number;
}

/**
 * About half of what each list had, so that a list that changes is not taken for one that broke; shares in percent of the entities. Measured:
 *
 * | list | of | entities | names each | persons | birth dates | countries | identifiers |
 * | --- | --- | --- | --- | --- | --- | --- | --- |
 * | eu | 2026-05 | 5,860 | 5.0 | 74 | 63 | 65 | 28 |
 * | ofac_sdn | 2021-07 | 8,976 | 2.6 | 52 | 48 | 85 | 48 |
 * | ofac_cons | 2025-12 | 442 | 3.6 | 18 | 17 | 88 | 74 |
 * | uk | 2026-08 | 6,349 | 3.1 | 64 | - | 51 | - |
 * | un | 2026-02 | 1,003 | 4.1 | 73 | 67 | 84 | 27 |
 *
 * The copy of the UK list that was at hand has neither birth dates nor identifiers: of them nothing is asked.
 */
export const LEAST: Readonly<Record<ListName, ListLeast>> = {
  eu: { entities: 2_500, names: 2.5, persons: 37, birthDates: 31, countries: 32, identifiers: 14 },
  ofac_sdn: { entities: 4_500, names: 1.3, persons: 26, birthDates: 24, countries: 42, identifiers: 24 },
  ofac_cons: { entities: 100, names: 1.8, persons: 9, birthDates: 8, countries: 44, identifiers: 37 },
  uk: { entities: 2_500, names: 1.5, persons: 32, birthDates: 0, countries: 25, identifiers: 0 },
  un: { entities: 400, names: 2, persons: 36, birthDates: 33, countries: 41, identifiers: 13 },
};

const LEAST_OF_BEFORE = 0.9;
const MOST_OF_BEFORE = 1.5;
/** By how much a share may fall, of the whole: an attribute that is lost is a parser or a list that broke. */
const MOST_FALLEN = 0.2;
const TAIL = 50;
/** So many entries in a row are not struck off just where the file ends. */
const MOST_LOST_AT_END = 4;
/** Servers of one authority differ by hours; a day is another file. */
const OLDER_MS = 86_400_000;

/** Counts the entities of an edition, given in the order of the file: they need not be kept for it. */
export class ListCount {
  private entities = 0;
  private names = 0;
  private persons = 0;
  private birthDates = 0;
  private countries = 0;
  private identifiers = 0;
  private readonly tail: string[] = [];

  add(entity: ListedEntity): void {
    this.entities += 1;
    this.names += entity.names.length;
    if (entity.kind === 'person') this.persons += 1;
    if (entity.birthDates.length > 0) this.birthDates += 1;
    if (entity.countries.length > 0) this.countries += 1;
    if (entity.identifiers.length > 0) this.identifiers += 1;
    if (this.tail.push(entity.entryId) > TAIL) this.tail.shift();
  }

  facts(ends?: Readonly<Record<string, boolean>>): ListFacts {
    const { entities, names, persons, birthDates, countries, identifiers, tail } = this;
    return {
      entities,
      names,
      persons,
      birthDates,
      countries,
      identifiers,
      tail: [...tail],
      ...(ends ? { ends } : {}),
    };
  }
}

/** `entities`: in the order of the file. */
export const factsOfList = (
  entities: readonly ListedEntity[],
  ends?: Readonly<Record<string, boolean>>,
): ListFacts => {
  const count = new ListCount();
  for (const entity of entities) count.add(entity);
  return count.facts(ends);
};

export interface GuardTrip {
  readonly code:
    | 'kyb.list_too_small'
    | 'kyb.list_too_poor'
    | 'kyb.list_shrank'
    | 'kyb.list_swelled'
    | 'kyb.list_lost_attributes'
    | 'kyb.list_lost_end'
    | 'kyb.list_older';
  readonly detail: string;
}

/**
 * Why an edition is not believed; null when it is. `has`: whether it has an entry. `least`: of a first edition, of which `percent` is
 * asked.
 */
export const guard = (
  before: ListLook | null,
  now: ListLook,
  { least, percent, has }: { least: ListLeast; percent: number; has: (entryId: string) => boolean },
): GuardTrip | null =>
  unended(before?.facts, now.facts) ??
  (before
    ? (older(before, now) ??
      resized(before.facts, now.facts) ??
      lostEnd(before.facts, has) ??
      poorer(before.facts, now.facts))
    : poor(now.facts, least, percent / 100));

const poor = (now: ListFacts, least: ListLeast, share: number): GuardTrip | null => {
  const fewest = Math.floor(least.entities * share);
  if (now.entities < fewest)
    return {
      code: 'kyb.list_too_small',
      detail: `The first edition has ${now.entities} entities; at least ${fewest} are expected.`,
    };
  if (now.names < now.entities * least.names * share)
    return {
      code: 'kyb.list_too_poor',
      detail: `The first edition has ${now.names} names of ${now.entities} entities; at least ${least.names * share} each are expected.`,
    };
  const lacking = SHARES.find((name) => now[name] * 100 < now.entities * least[name] * share);
  return lacking
    ? {
        code: 'kyb.list_too_poor',
        detail: `The first edition has ${lacking} of ${now[lacking]} of ${now.entities} entities; at least of ${least[lacking] * share} % are expected.`,
      }
    : null;
};

const older = (before: ListLook, now: ListLook): GuardTrip | null =>
  before.publishedAt && now.publishedAt && now.publishedAt.getTime() < before.publishedAt.getTime() - OLDER_MS
    ? {
        code: 'kyb.list_older',
        detail: `The list says it is of ${now.publishedAt.toISOString()}; the one in use is of ${before.publishedAt.toISOString()}.`,
      }
    : null;

/** A file that never ended so, and was accepted, is not expected to. */
const unended = (before: ListFacts | undefined, now: ListFacts): GuardTrip | null => {
  const part = Object.entries(now.ends ?? {}).find(
    ([name, ended]) => !ended && before?.ends?.[name] !== false,
  )?.[0];
  return part === undefined
    ? null
    : {
        code: 'kyb.list_lost_end',
        detail: `The file of ${part} does not end as it should, or nothing says where it ends: it may have been cut off.`,
      };
};

const resized = (before: ListFacts, now: ListFacts): GuardTrip | null => {
  const counts = `${before.entities} entities before, ${now.entities} now`;
  if (now.entities < before.entities * LEAST_OF_BEFORE)
    return { code: 'kyb.list_shrank', detail: `The list has shrunk: ${counts}.` };
  if (now.entities > before.entities * MOST_OF_BEFORE)
    return { code: 'kyb.list_swelled', detail: `The list has swelled: ${counts}.` };
  return null;
};

/** What is cut off between two rows is well-formed, and may be too little to be a list that shrank. */
const lostEnd = ({ tail = [] }: ListFacts, has: (entryId: string) => boolean): GuardTrip | null => {
  const lost = tail.length - 1 - tail.findLastIndex(has);
  return lost > MOST_LOST_AT_END
    ? {
        code: 'kyb.list_lost_end',
        detail: `The last ${lost === tail.length ? `${lost} or more` : lost} entries of before are gone, as if the file was cut off.`,
      }
    : null;
};

const poorer = (before: ListFacts, now: ListFacts): GuardTrip | null => {
  for (const name of SHARES) {
    const [was, is] = [before[name] / before.entities, now[name] / now.entities];
    if (was - is > MOST_FALLEN)
      return {
        code: 'kyb.list_lost_attributes',
        detail: `${name} of ${Math.round(was * 100)} % of the entities before, of ${Math.round(is * 100)} % now.`,
      };
  }
  const [was, is] = [before.names / before.entities, now.names / now.entities];
  return is < was * (1 - MOST_FALLEN)
    ? {
        code: 'kyb.list_lost_attributes',
        detail: `${was.toFixed(1)} names an entity before, ${is.toFixed(1)} now.`,
      }
    : null;
};
