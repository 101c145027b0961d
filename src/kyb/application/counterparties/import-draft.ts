import { DomainError } from '#libs/kernel';
import {
  type Address,
  type CounterpartyRole,
  isPartialDate,
  ROLES_OF_COUNTERPARTY,
  type Schedule,
  SCHEDULES,
} from '../../domain/counterparty.js';
import { countryOf, NO_COUNTRY } from '../../domain/country.js';
import { leiOf, vatNumberOf } from '../../domain/identifiers.js';
import type { CounterpartyDraft } from '../../infrastructure/counterparty.repository.js';
import type { ImportError } from '../../infrastructure/import.repository.js';
import { assertSound } from './counterparty-desk.js';
import type { FileRow, ImportColumn } from './import-file.js';

const UUID = /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i;

const MOST: Readonly<Partial<Record<ImportColumn, number>>> = {
  reference: 100,
  registerNumber: 60,
  registerAuthority: 120,
  postalCode: 20,
  city: 100,
  note: 2_000,
};

/** What a row calls the business's own number of a counterparty. */
export const referenceOf = ({ cells }: FileRow): string | null => cells.reference?.trim() || null;

/**
 * A counterparty as a row has it. Of one that is known, what the file has no column for stays; a cell that is empty empties, but a kind
 * and a schedule, which there must be. Without a draft there are errors.
 */
export const draftOf = (
  row: FileRow,
  columns: ReadonlySet<ImportColumn>,
  before: CounterpartyDraft | undefined,
): { draft: CounterpartyDraft | null; errors: readonly ImportError[] } => {
  const cells = new Reader(row);
  const has = (column: ImportColumn): boolean => columns.has(column);
  const kept = <T>(column: ImportColumn, read: () => T, old: T | undefined, without: T): T =>
    has(column) ? read() : (old ?? without);
  const text = (column: ImportColumn, old: string | null | undefined): string | null =>
    kept(column, () => cells.text(column), old, null);
  const schedule = cells.oneOf<Schedule>('schedule', SCHEDULES) ?? before?.schedule ?? 'weekly';
  const draft: CounterpartyDraft = {
    kind: cells.oneOf('kind', ['organisation', 'person'] as const) ?? before?.kind ?? 'organisation',
    names: cells.names(),
    roles: kept('roles', () => cells.roles(), before?.roles, []),
    reference: cells.text('reference'),
    country: kept('country', () => cells.valid('country', countryOf, NO_COUNTRY), before?.country, null),
    vatNumber: kept(
      'vatNumber',
      () =>
        cells.valid('vatNumber', vatNumberOf, 'must be a VAT number with its prefix, such as DE136695976'),
      before?.vatNumber,
      null,
    ),
    lei: kept(
      'lei',
      () => cells.valid('lei', leiOf, 'must be a LEI whose check digits are right'),
      before?.lei,
      null,
    ),
    registerNumber: text('registerNumber', before?.registerNumber),
    registerAuthority: text('registerAuthority', before?.registerAuthority),
    address: orNull({
      line: text('addressLine', before?.address?.line),
      postalCode: text('postalCode', before?.address?.postalCode),
      city: text('city', before?.address?.city),
      country: kept(
        'addressCountry',
        () => cells.valid('addressCountry', countryOf, NO_COUNTRY),
        before?.address?.country,
        null,
      ),
    }),
    birthDate: kept(
      'birthDate',
      () =>
        cells.valid(
          'birthDate',
          (date) => (isPartialDate(date) ? date : null),
          'must be YYYY, YYYY-MM or YYYY-MM-DD, in the calendar',
        ),
      before?.birthDate,
      null,
    ),
    gender: kept(
      'gender',
      () => cells.oneOf('gender', ['male', 'female'] as const) ?? null,
      before?.gender,
      null,
    ),
    contactId: kept(
      'contactId',
      () =>
        cells.valid(
          'contactId',
          (id) => (UUID.test(id) ? id.toLowerCase() : null),
          'must be the UUID of a contact',
        ),
      before?.contactId,
      null,
    ),
    note: text('note', before?.note),
    schedule,
    everyDays:
      // Another schedule has no days, unless the row says some: then they contradict each other.
      has('everyDays') ? cells.days() : schedule === 'custom' ? (before?.everyDays ?? null) : null,
  };
  if (cells.errors.length === 0) cells.errors.push(...unsound(draft));
  return { draft: cells.errors.length > 0 ? null : draft, errors: cells.errors };
};

const orNull = (address: Address): Address | null =>
  Object.values(address).some((part) => part !== null) ? address : null;

const COLUMN_OF: Readonly<Record<string, ImportColumn>> = {
  '/monitoring/everyDays': 'everyDays',
  '/birthDate': 'birthDate',
  '/gender': 'gender',
};

const unsound = (draft: CounterpartyDraft): ImportError[] => {
  try {
    assertSound(draft);
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const [first] = error.options.errors ?? [];
    return [{ column: COLUMN_OF[first?.pointer ?? ''] ?? 'row', detail: error.message }];
  }
};

/** Reads the cells of one row, and gathers what is wrong with them. */
class Reader {
  readonly errors: ImportError[];

  constructor(private readonly row: FileRow) {
    this.errors = [...row.errors];
  }

  text(column: ImportColumn): string | null {
    const value = this.row.cells[column]?.trim() ?? '';
    const most = MOST[column] ?? 300;
    if (value.length > most) this.refuse(column, `may have ${most} characters`);
    if (value.includes('\0')) this.refuse(column, 'may not have NUL characters');
    return value === '' ? null : value;
  }

  valid(column: ImportColumn, of: (text: string) => string | null, detail: string): string | null {
    const value = this.text(column);
    const found = value === null ? null : of(value);
    if (value !== null && found === null) this.refuse(column, detail);
    return found;
  }

  /** undefined: nothing is said. */
  oneOf<T extends string>(column: ImportColumn, values: readonly T[]): T | undefined {
    const value = this.text(column)?.toLowerCase();
    if (value !== undefined && !(values as readonly string[]).includes(value))
      this.refuse(column, `must be ${values.join(' or ')}`);
    return value as T | undefined;
  }

  names(): string[] {
    const names = (this.row.cells.name ?? '')
      .split('|')
      .map((name) => name.replace(/\s+/g, ' ').trim())
      .filter((name) => /[\p{L}\p{N}]/u.test(name));
    if (names.length === 0 || names.length > 20)
      this.refuse('name', 'must be 1 to 20 names, the others after ` | `');
    if (names.some((name) => name.length > 300)) this.refuse('name', 'may have 300 characters');
    if (names.some((name) => name.includes('\0'))) this.refuse('name', 'may not have NUL characters');
    return names;
  }

  roles(): CounterpartyRole[] {
    const roles = (this.row.cells.roles ?? '')
      .split(/[|,;\s]+/)
      .map((role) => role.toLowerCase())
      .filter((role) => role !== '');
    if (roles.some((role) => !(ROLES_OF_COUNTERPARTY as readonly string[]).includes(role)))
      this.refuse('roles', `must be of ${ROLES_OF_COUNTERPARTY.join(', ')}, with spaces or commas between`);
    return [...new Set(roles)] as CounterpartyRole[];
  }

  days(): number | null {
    const days = this.text('everyDays');
    if (days !== null && !(/^[1-9]\d{0,2}$/.test(days) && Number(days) <= 366))
      this.refuse('everyDays', 'must be a number of days from 1 to 366');
    return days === null ? null : Number(days);
  }

  private refuse(column: ImportColumn, detail: string): void {
    this.errors.push({ column, detail });
  }
}
