import { hash } from 'node:crypto';
import type { ListName } from './sources.js';

/** What a parser of a list hands over: one listed party, in one form for all lists. Texts as the list has them, trimmed. */
export interface ListedEntity {
  /** The list's own id, stable between versions: `EU.27.28`, `7106`, `RUS0001`, `QDi.001`. */
  readonly entryId: string;
  readonly kind: 'person' | 'organisation' | 'vessel' | 'unknown';
  /** The primary name first. */
  readonly names: readonly ListedName[];
  /** `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or from one to another, both inclusive: `1960/1965`, which also stands for "circa". */
  readonly birthDates: readonly string[];
  readonly gender: 'male' | 'female' | null;
  /** ISO 3166-1 alpha-2, upper case: nationality, citizenship, registration and addresses. */
  readonly countries: readonly string[];
  readonly identifiers: readonly ListedIdentifier[];
  readonly addresses: readonly string[];
  /** Sanctions programmes or regimes, as the list names them. */
  readonly programmes: readonly string[];
  /** `YYYY-MM-DD` */
  readonly listedOn: string | null;
  readonly remarks: string | null;
}

export interface ListedName {
  readonly text: string;
  /** The list itself calls the alias weak or of low quality. */
  readonly weak: boolean;
}

export interface ListedIdentifier {
  /** `passport`, `national-id`, `tax`, `register`, `lei`, `imo`, `other` */
  readonly type: string;
  readonly value: string;
  readonly country: string | null;
}

/** SHA-256 of its JSON, hex: what a disposition is bound to. Changes exactly when something of the entry does. */
export const entryHash = (entity: ListedEntity): string => hashOfJson(entryJson(entity));

/** The hash of an entry whose canonical JSON this is. */
export const hashOfJson = (json: string): string => hash('sha256', json);

/** As `canonicalJson` writes it. The keys are known and stand in their order: to sort them, 23,000 times at a load, takes most of it. */
export const entryJson = (entity: ListedEntity): string => JSON.stringify(inOrder(entity));

const inOrder = (entity: ListedEntity): Required<ListedEntity> => ({
  addresses: entity.addresses,
  birthDates: entity.birthDates,
  countries: entity.countries,
  entryId: entity.entryId,
  gender: entity.gender,
  identifiers: entity.identifiers.map(({ country, type, value }) => ({ country, type, value })),
  kind: entity.kind,
  listedOn: entity.listedOn,
  names: entity.names.map(({ text, weak }) => ({ text, weak })),
  programmes: entity.programmes,
  remarks: entity.remarks,
});

/** The id of an entry among all lists, such as `eu:EU.27.28`. */
export const listedId = (list: ListName, entryId: string): string => `${list}:${entryId}`;

export const splitListedId = (id: string): { list: ListName; entryId: string } => {
  const colon = id.indexOf(':');
  return { list: id.slice(0, colon) as ListName, entryId: id.slice(colon + 1) };
};
