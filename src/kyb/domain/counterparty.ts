import { canonicalJson } from '#libs/kernel';
import { CHECK_SOURCES, type CheckSource } from './sources.js';

export const ROLES_OF_COUNTERPARTY = ['customer', 'supplier', 'owner'] as const;
export type CounterpartyRole = (typeof ROLES_OF_COUNTERPARTY)[number];

export const SCHEDULES = ['off', 'daily', 'weekly', 'custom'] as const;
export type Schedule = (typeof SCHEDULES)[number];

export interface Address {
  readonly line: string | null;
  readonly postalCode: string | null;
  readonly city: string | null;
  /** ISO 3166-1 alpha-2 */
  readonly country: string | null;
}

/** What is known of a counterparty and checked: the question every source is asked with. */
export interface CounterpartyFacts {
  readonly kind: 'person' | 'organisation';
  /** The primary name first; 1 to 20. */
  readonly names: readonly string[];
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string | null;
  /** With its prefix, without spaces: `DE811191002`, `EL094259216`. */
  readonly vatNumber: string | null;
  /** ISO 17442, 20 characters. */
  readonly lei: string | null;
  /** As the register writes it, such as `HRB 12345 B`. */
  readonly registerNumber: string | null;
  /** The court or authority that keeps the register, such as `Berlin (Charlottenburg)`. */
  readonly registerAuthority: string | null;
  readonly address: Address | null;
  /** `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; persons only. */
  readonly birthDate: string | null;
  readonly gender: 'male' | 'female' | null;
}

/** Whose key personal data about a counterparty is sealed with: a person's own, so that it can be destroyed; null: the business's. */
export const sealedFor = (id: string, { kind }: { kind: string }): string | null =>
  kind === 'person' ? id : null;

/** What each source is asked with. */
const ASKED_WITH: Readonly<Record<CheckSource, readonly (keyof CounterpartyFacts)[]>> = {
  screening: ['kind', 'names', 'country', 'birthDate', 'gender', 'vatNumber', 'lei', 'registerNumber'],
  vies: ['vatNumber'],
  gleif: ['kind', 'lei', 'registerNumber', 'country'],
  insolvency: ['kind', 'names', 'country', 'registerNumber'],
};

/** Whose answers are about somebody else after a change: they were asked with what is no longer so. */
export const outdatedBy = (before: CounterpartyFacts, after: CounterpartyFacts): CheckSource[] =>
  CHECK_SOURCES.filter((source) =>
    ASKED_WITH[source].some((fact) => canonicalJson(before[fact]) !== canonicalJson(after[fact])),
  );

/** Whether it can stand in the German insolvency notices. */
export const canBeInNotices = ({ kind, country }: { kind: string; country: string | null }): boolean =>
  kind === 'organisation' && country === 'DE';

/** The facts alone, of anything that has them. */
export const factsOf = (of: CounterpartyFacts): CounterpartyFacts => ({
  kind: of.kind,
  names: of.names,
  country: of.country,
  vatNumber: of.vatNumber,
  lei: of.lei,
  registerNumber: of.registerNumber,
  registerAuthority: of.registerAuthority,
  address: of.address,
  birthDate: of.birthDate,
  gender: of.gender,
});

/** `YYYY`, `YYYY-MM` or `YYYY-MM-DD` of the calendar, from 1800 to 2100. */
export const isPartialDate = (value: unknown): value is string => {
  const found = typeof value === 'string' ? /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(value) : null;
  if (!found) return false;
  const [year, month, day] = [Number(found[1]), Number(found[2] ?? 1), Number(found[3] ?? 1)];
  if (year < 1800 || year > 2100) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};
