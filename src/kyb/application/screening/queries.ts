import type { ListEntry, ScreeningQuery } from '#libs/screening';
import type { CounterpartyFacts } from '../../domain/counterparty.js';
import type { LibraryEntry } from '../../domain/list-library.js';
import { listedId } from '../../domain/listed-entity.js';
import type { ListName } from '../../domain/sources.js';

/** A listed party as the matcher takes it; its hash comes back with hits. */
export const toListEntry = (list: ListName, { hash, entity }: LibraryEntry): ListEntry => ({
  id: listedId(list, entity.entryId),
  kind: entity.kind,
  names: entity.names.map(({ text, weak }) => ({ text, weak })),
  countries: entity.countries,
  birthDates: entity.birthDates,
  ...(entity.gender ? { gender: entity.gender } : {}),
  identifiers: entity.identifiers.map(({ value }) => value),
  tag: hash,
});

/** What the matcher is asked about a counterparty. */
export const toQuery = (facts: CounterpartyFacts): ScreeningQuery => ({
  names: facts.names,
  kind: facts.kind,
  ...(facts.country ? { countries: [facts.country] } : {}),
  ...(facts.birthDate ? { birthDate: facts.birthDate } : {}),
  ...(facts.gender ? { gender: facts.gender } : {}),
  identifiers: [facts.vatNumber, facts.lei, facts.registerNumber].filter((each) => each !== null),
});
