import type { ListedEntity } from './listed-entity.js';
import type { ListName } from './sources.js';

/** What is counted of an edition before it is believed. Shares in basis points. */
export interface ListFacts {
  readonly entities: number;
  readonly names: number;
  readonly persons: number;
  /** Persons with a birth date. */
  readonly birthDates: number;
  readonly countries: number;
  readonly identifiers: number;
}

/**
 * Fewest entities of a first edition: about half of what each list had in 2026 (EU 5,860; OFAC SDN 9,043 in 2022 and more since; OFAC
 * consolidated 442; UK 6,349; UN 1,003).
 */
export const FEWEST: Readonly<Record<ListName, number>> = {
  eu: 2_500,
  ofac_sdn: 4_500,
  ofac_cons: 100,
  uk: 2_500,
  un: 400,
};

const LEAST_OF_BEFORE = 0.9;
const MOST_OF_BEFORE = 1.5;
/** By how much a share may fall, of the whole: an attribute that is lost is a parser or a list that broke. */
const MOST_FALLEN = 0.2;

export const factsOfList = (entities: readonly ListedEntity[]): ListFacts => ({
  entities: entities.length,
  names: entities.reduce((sum, { names }) => sum + names.length, 0),
  persons: entities.filter(({ kind }) => kind === 'person').length,
  birthDates: entities.filter(({ birthDates }) => birthDates.length > 0).length,
  countries: entities.filter(({ countries }) => countries.length > 0).length,
  identifiers: entities.filter(({ identifiers }) => identifiers.length > 0).length,
});

export interface GuardTrip {
  readonly code: 'kyb.list_too_small' | 'kyb.list_shrank' | 'kyb.list_swelled' | 'kyb.list_lost_attributes';
  readonly detail: string;
}

/** Why an edition is not believed; null when it is. `fewest`: of a first edition. */
export const guard = (before: ListFacts | null, now: ListFacts, fewest: number): GuardTrip | null => {
  if (!before)
    return now.entities < fewest
      ? {
          code: 'kyb.list_too_small',
          detail: `The first edition has ${now.entities} entities; at least ${fewest} are expected.`,
        }
      : null;
  const counts = `${before.entities} entities before, ${now.entities} now`;
  if (now.entities < before.entities * LEAST_OF_BEFORE)
    return { code: 'kyb.list_shrank', detail: `The list has shrunk: ${counts}.` };
  if (now.entities > before.entities * MOST_OF_BEFORE)
    return { code: 'kyb.list_swelled', detail: `The list has swelled: ${counts}.` };
  for (const name of ['persons', 'birthDates', 'countries', 'identifiers'] as const) {
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
