import type { ListedEntity, ListedIdentifier, ListedName } from '../../../domain/listed-entity.js';

export type Bytes = AsyncIterable<Uint8Array>;

/** Files of a list by the name of their part; most lists have one, `list`. */
export type ListFiles = Readonly<Record<string, Bytes>>;

/** What a parser learns besides entities. */
export interface ListMeta {
  /** When the list says it was made. */
  publishedAt: Date | null;
  /** By part: whether the file ended as such files do. Left out by lists whose files have no such end. */
  ends?: Record<string, boolean>;
}

/** Reads a list as it comes. Error: `ListRejected` when the bytes are not the list, or not all of it. */
export type ListParser = (files: ListFiles, meta: ListMeta) => AsyncGenerator<ListedEntity>;

/** What was fetched is not taken for the list: the edition of before stays. `code` is stable; the message names nobody. */
export class ListRejected extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'ListRejected';
  }
}

/** An entity that is still being put together; lists say things twice. */
export class EntityDraft {
  kind: ListedEntity['kind'] = 'unknown';
  gender: ListedEntity['gender'] = null;
  listedOn: string | null = null;
  private readonly names = new Map<string, ListedName>();
  private readonly birthDates = new Set<string>();
  private readonly countries = new Set<string>();
  private readonly identifiers = new Map<string, ListedIdentifier>();
  private readonly addresses = new Set<string>();
  private readonly programmes = new Set<string>();
  private readonly remarks = new Set<string>();

  constructor(readonly entryId: string) {}

  /** Strong once is strong. */
  name(text: string | null | undefined, weak = false): void {
    const clean = tidy(text);
    if (clean === '' || !/[\p{L}\p{N}]/u.test(clean)) return;
    const known = this.names.get(clean);
    this.names.set(clean, { text: clean, weak: weak && (known?.weak ?? true) });
  }

  born(date: string | null): void {
    if (date) this.birthDates.add(date);
  }

  country(code: string | null): void {
    if (code) this.countries.add(code);
  }

  identifier(type: string, value: string | null | undefined, country: string | null = null): void {
    const clean = tidy(value);
    if (clean !== '') this.identifiers.set(`${type} ${clean}`, { type, value: clean, country });
  }

  address(...parts: readonly (string | null | undefined)[]): void {
    const text = parts
      .map(tidy)
      .filter((part) => part !== '')
      .join(', ');
    if (text !== '') this.addresses.add(text);
  }

  programme(name: string | null | undefined): void {
    const clean = tidy(name);
    if (clean !== '') this.programmes.add(clean);
  }

  remark(text: string | null | undefined): void {
    const clean = tidy(text);
    if (clean !== '') this.remarks.add(clean);
  }

  /** null without a name: there is nothing to be found by. */
  finish(): ListedEntity | null {
    if (this.names.size === 0) return null;
    return {
      entryId: this.entryId,
      kind: this.kind,
      names: [...this.names.values()],
      birthDates: [...this.birthDates].sort(),
      gender: this.gender,
      countries: [...this.countries].sort(),
      identifiers: [...this.identifiers.values()],
      addresses: [...this.addresses],
      programmes: [...this.programmes].sort(),
      listedOn: this.listedOn,
      remarks: this.remarks.size > 0 ? [...this.remarks].join(' ') : null,
    };
  }
}

export const tidy = (text: string | null | undefined): string => {
  if (!text) return '';
  // Most are tidy, and to look is cheaper than to replace.
  return (UNTIDY.test(text) ? text.replaceAll('\0', '').replace(/\s+/gu, ' ') : text).trim();
};

/** White space that is not one space, and nothing. */
const UNTIDY = /\0|[^\S ]| {2}/u;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const two = (n: number): string => String(n).padStart(2, '0');

/** `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; null when it is no date that was. */
export const dateOf = (year: number, month?: number, day?: number): string | null => {
  if (!(year >= 1800 && year <= 2100)) return null;
  if (!month || month > 12) return String(year);
  if (!day || day > 31) return `${year}-${two(month)}`;
  return `${year}-${two(month)}-${two(day)}`;
};

/** From the first to the last, both inclusive: `1960/1965`; null when one of them is no date, or they are the wrong way round. */
export const spanOf = (from: string | null, to: string | null): string | null =>
  from === null || to === null || to < from ? null : from === to ? from : `${from}/${to}`;

/**
 * How far from the truth a year may be that a list calls approximate. Of 54 such years of the EU, the UN and OFAC whose entry has another
 * year too, 30 are at most so far from it.
 */
const CIRCA_YEARS = 3;

/** The span that is meant by "about that year". */
export const circa = (year: number): string | null =>
  spanOf(dateOf(year - CIRCA_YEARS), dateOf(year + CIRCA_YEARS));

const DATE = '(?:(?:\\d{1,2} )?[A-Z][a-z]{2} )?\\d{4}';
const SPAN = new RegExp(`^(?:circa )?(${DATE})(?: to |-)(${DATE})$`);
const CIRCA = new RegExp(`^circa (${DATE})$`);

/** A date, or the span of `circa 1952`, `1960 to 1965`, `Mar 1962 to Feb 1963`, `01 Jan 1961 to 31 Dec 1962`, `circa 1979-1982`. */
export const birthOfText = (text: string): string | null => {
  const [, from, to] = SPAN.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return spanOf(dateOfText(from), dateOfText(to));
  const about = CIRCA.exec(text)?.[1];
  return about === undefined ? dateOfText(text) : circa(Number(dateOfText(about)?.slice(0, 4)));
};

/** Of `19 Jul 1981`, `Feb 1943`, `Nov. 1973`, `1962`: the first date in it. */
export const dateOfText = (text: string): string | null => {
  const found = /(?:(?:(\d{1,2}) )?([A-Z][a-z]{2})[a-z]*\.? )?(\d{4})/.exec(text);
  if (!found) return null;
  const [, day, month, year] = found;
  const at = month ? MONTHS.indexOf(month.toLowerCase()) + 1 : 0;
  return dateOf(Number(year), at || undefined, day ? Number(day) : undefined);
};
