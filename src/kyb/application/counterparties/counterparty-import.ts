import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { parse } from 'csv-parse/sync';
import { canonicalJson, Clock, DomainError, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import {
  type CounterpartyRole,
  factsOf,
  isPartialDate,
  ROLES_OF_COUNTERPARTY,
  type Schedule,
  SCHEDULES,
} from '../../domain/counterparty.js';
import { leiOf, vatNumberOf } from '../../domain/identifiers.js';
import {
  type CounterpartyDraft,
  CounterpartyRepository,
} from '../../infrastructure/counterparty.repository.js';
import {
  type CounterpartyImport,
  type ImportError,
  ImportRepository,
  type ImportRow,
} from '../../infrastructure/import.repository.js';
import { assertSound, CounterpartyDesk } from './counterparty-desk.js';

const MOST_ROWS = 5_000;
const COLUMNS = [
  'name',
  'kind',
  'roles',
  'reference',
  'country',
  'vatNumber',
  'lei',
  'registerNumber',
  'registerAuthority',
  'addressLine',
  'postalCode',
  'city',
  'addressCountry',
  'birthDate',
  'gender',
  'note',
  'schedule',
  'everyDays',
] as const;
type Column = (typeof COLUMNS)[number];
type Cells = Readonly<Partial<Record<Column, string>>>;

export interface Imported extends CounterpartyImport {
  readonly refusals: readonly ImportRow[];
}

const REFUSALS_SHOWN = 100;

/** Takes counterparties from CSV: each row by itself, so that one that is wrong keeps none of the others out. */
@Injectable()
export class CounterpartyImporter {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly desk: CounterpartyDesk,
    private readonly counterparties: CounterpartyRepository,
    private readonly imports: ImportRepository,
    private readonly clock: Clock,
  ) {}

  /** Errors (422): `kyb.csv_invalid`, `kyb.csv_column_unknown`, `kyb.csv_too_long`. */
  run(fileName: string, csv: string): Promise<Imported> {
    const records = read(csv);
    return this.uow.run(async () => {
      const drafts = records.map(({ line, cells }) => ({ line, ...draftOf(cells) }));
      const references = drafts.flatMap(({ draft }) => (draft?.reference ? [draft.reference] : []));
      const known = await this.counterparties.byReferences(references);
      const taken = new Set<string>();
      const rows: ImportRow[] = [];
      for (const { line, draft, errors } of drafts) {
        const refuse = (more: readonly ImportError[]): void => {
          rows.push({ line, outcome: 'refused', counterpartyId: null, errors: more });
        };
        if (!draft) {
          refuse(errors);
          continue;
        }
        if (draft.reference !== null && taken.has(draft.reference)) {
          refuse([{ column: 'reference', detail: 'stands in the file twice' }]);
          continue;
        }
        const before = draft.reference === null ? undefined : known.get(draft.reference);
        if (draft.reference !== null) taken.add(draft.reference);
        if (before?.archivedAt) {
          refuse([
            { column: 'reference', detail: 'is of a counterparty that is archived; restore it first' },
          ]);
        } else if (!before) {
          const { id } = await this.counterparties.insert(draft);
          rows.push({ line, outcome: 'created', counterpartyId: id, errors: [] });
        } else {
          const next: CounterpartyDraft = { ...draft, contactId: before.contactId };
          const same = canonicalJson(comparable(before)) === canonicalJson(comparable(next));
          if (!same) await this.counterparties.save(before.id, next, this.desk.dueAfter(before, next));
          rows.push({
            line,
            outcome: same ? 'unchanged' : 'updated',
            counterpartyId: before.id,
            errors: [],
          });
        }
      }
      const count = (outcome: ImportRow['outcome']): number =>
        rows.filter((row) => row.outcome === outcome).length;
      const made: CounterpartyImport = {
        id: newId(),
        fileName,
        rows: rows.length,
        created: count('created'),
        updated: count('updated'),
        unchanged: count('unchanged'),
        refused: count('refused'),
        createdAt: this.clock.now(),
      };
      await this.imports.insert(made, createHash('sha256').update(csv).digest('hex'), rows);
      return {
        ...made,
        refusals: rows.filter(({ outcome }) => outcome === 'refused').slice(0, REFUSALS_SHOWN),
      };
    });
  }

  /** Error: `import.not_found`. */
  get(id: string): Promise<CounterpartyImport> {
    return this.uow.run(() => this.imports.get(id));
  }

  rows(id: string, page: { limit: number; afterLine?: number; outcome?: string }): Promise<ImportRow[]> {
    return this.uow.run(async () => {
      await this.imports.get(id);
      return this.imports.rows(id, page);
    });
  }
}

const comparable = (of: CounterpartyDraft) => ({
  ...factsOf(of),
  roles: [...of.roles].sort(),
  note: of.note,
  schedule: of.schedule,
  everyDays: of.everyDays,
});

const read = (csv: string): { line: number; cells: Cells }[] => {
  let records: { record: Record<string, string>; info: { lines: number } }[];
  try {
    records = parse(csv, {
      bom: true,
      columns: (header: string[]) => header.map((name) => name.trim()),
      delimiter: [',', ';', '\t'],
      info: true,
      skip_empty_lines: true,
      trim: true,
      to: MOST_ROWS + 1,
    }) as unknown as typeof records;
  } catch (error) {
    throw DomainError.invalid(
      'kyb.csv_invalid',
      '/csv',
      `csv could not be read as CSV: ${error instanceof Error ? error.message.slice(0, 200) : 'it is malformed'}`,
    );
  }
  const header = Object.keys(records[0]?.record ?? {});
  if (!header.includes('name'))
    throw DomainError.invalid(
      'kyb.csv_invalid',
      '/csv',
      'csv needs a header with the column `name`, and a row at least.',
    );
  const unknown = header.filter((name) => !(COLUMNS as readonly string[]).includes(name));
  if (unknown.length > 0)
    throw DomainError.invalid(
      'kyb.csv_column_unknown',
      '/csv',
      `csv has columns nobody knows: ${unknown.slice(0, 5).join(', ').slice(0, 200)}. Known are ${COLUMNS.join(', ')}.`,
    );
  if (records.length > MOST_ROWS)
    throw DomainError.invalid(
      'kyb.csv_too_long',
      '/csv',
      `csv may have ${MOST_ROWS} rows. Import it in parts.`,
    );
  return records.map(({ record, info }) => ({ line: info.lines, cells: record }));
};

const draftOf = (cells: Cells): { draft: CounterpartyDraft | null; errors: ImportError[] } => {
  const errors: ImportError[] = [];
  const cell = (column: Column, most = 300): string | null => {
    const value = cells[column]?.trim() ?? '';
    if (value.length > most) errors.push({ column, detail: `may have ${most} characters` });
    if (value.includes('\0')) errors.push({ column, detail: 'may not have NUL characters' });
    return value === '' ? null : value;
  };
  const valid = (column: Column, of: (text: string) => string | null, detail: string): string | null => {
    const value = cell(column);
    const found = value === null ? null : of(value);
    if (value !== null && found === null) errors.push({ column, detail });
    return found;
  };
  const oneOf = <T extends string>(column: Column, values: readonly T[], fallback: T): T => {
    const value = cell(column)?.toLowerCase();
    if (value === undefined) return fallback;
    if (!(values as readonly string[]).includes(value))
      errors.push({ column, detail: `must be ${values.join(' or ')}` });
    return value as T;
  };
  const country = (text: string): string | null => (/^[a-z]{2}$/i.test(text) ? text.toUpperCase() : null);
  const names = (cells.name ?? '')
    .split('|')
    .map((name) => name.trim())
    .filter((name) => /[\p{L}\p{N}]/u.test(name));
  if (names.length === 0 || names.length > 20)
    errors.push({ column: 'name', detail: 'must be 1 to 20 names, the others after ` | `' });
  if (names.some((name) => name.length > 300))
    errors.push({ column: 'name', detail: 'may have 300 characters' });
  const roles = (cells.roles ?? '')
    .split(/[|\s]+/)
    .map((role) => role.trim().toLowerCase())
    .filter((role) => role !== '');
  if (roles.some((role) => !(ROLES_OF_COUNTERPARTY as readonly string[]).includes(role)))
    errors.push({
      column: 'roles',
      detail: `must be of ${ROLES_OF_COUNTERPARTY.join(', ')}, with spaces between`,
    });
  const schedule = oneOf<Schedule>('schedule', SCHEDULES, 'weekly');
  const everyDays = cell('everyDays');
  if (everyDays !== null && !/^[1-9]\d{0,2}$/.test(everyDays))
    errors.push({ column: 'everyDays', detail: 'must be a number of days from 1 to 366' });
  const address = {
    line: cell('addressLine'),
    postalCode: cell('postalCode', 20),
    city: cell('city', 100),
    country: valid('addressCountry', country, 'must be an ISO 3166-1 code of two letters'),
  };
  const gender = oneOf<'male' | 'female' | ''>('gender', ['male', 'female'], '');
  const draft: CounterpartyDraft = {
    kind: oneOf('kind', ['organisation', 'person'], 'organisation'),
    names,
    roles: [...new Set(roles)] as CounterpartyRole[],
    reference: cell('reference', 100),
    country: valid('country', country, 'must be an ISO 3166-1 code of two letters'),
    vatNumber: valid('vatNumber', vatNumberOf, 'must be a VAT number with its prefix, such as DE136695976'),
    lei: valid('lei', leiOf, 'must be a LEI whose check digits are right'),
    registerNumber: cell('registerNumber', 60),
    registerAuthority: cell('registerAuthority', 120),
    address: Object.values(address).some((part) => part !== null) ? address : null,
    birthDate: valid(
      'birthDate',
      (text) => (isPartialDate(text) ? text : null),
      'must be YYYY, YYYY-MM or YYYY-MM-DD',
    ),
    gender: gender === '' ? null : gender,
    contactId: null,
    note: cell('note', 2_000),
    schedule,
    everyDays: everyDays === null ? null : Number(everyDays),
  };
  if (errors.length === 0)
    try {
      if (draft.everyDays !== null && draft.everyDays > 366)
        throw DomainError.invalid('kyb.schedule_invalid', '/everyDays', 'must be at most 366');
      assertSound(draft);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      errors.push({ column: 'row', detail: error.message });
    }
  return { draft: errors.length > 0 ? null : draft, errors };
};
