import type { ListedEntity } from '../../../domain/listed-entity.js';
import { countryOf } from './countries.js';
import { readCsv } from './csv.js';
import { dateOf, EntityDraft, type ListFiles, type ListMeta, ListRejected } from './parser.js';

const KINDS: Readonly<Record<string, ListedEntity['kind']>> = {
  individual: 'person',
  entity: 'organisation',
  ship: 'vessel',
};

/** Every one that is read: a file that lacks one has another layout, and would be read as a list without it. */
const COLUMNS = [
  'Unique ID',
  'Name 1',
  'Name 2',
  'Name 3',
  'Name 4',
  'Name 5',
  'Name 6',
  'Name non-latin script',
  'Alias strength',
  'Designation Type',
  'Regime Name',
  'Date Designated',
  'D.O.B',
  'Nationality(/ies)',
  'Gender',
  'Address Line 1',
  'Address Line 2',
  'Address Line 3',
  'Address Line 4',
  'Address Line 5',
  'Address Line 6',
  'Address Postal Code',
  'Address Country',
  'Passport number',
  'National Identifier number',
  'Business registration number (s)',
  'IMO number',
  'Current believed flag of ship',
  'Other Information',
] as const;

type Column = (typeof COLUMNS)[number];

const NAMES = ['Name 1', 'Name 2', 'Name 3', 'Name 4', 'Name 5', 'Name 6'] as const;
const LINES = [1, 2, 3, 4, 5, 6] as const;

/** `22/08/2026`; with zeros for what is not known, `00/00/1965`. */
const slashed = (text: string): string | null => {
  const found = /^(\d{1,2}|[a-z]{2})\/(\d{1,2}|[a-z]{2})\/(\d{4})$/i.exec(text.trim());
  return found
    ? dateOf(Number(found[3]), Number(found[2]) || undefined, Number(found[1]) || undefined)
    : null;
};

/** Several values in one cell. */
const each = (cell: string): readonly string[] =>
  cell === ''
    ? NONE
    : cell
        .split(/;|\(\d+\)|\n/)
        .map((part) => part.trim())
        .filter((part) => part !== '');

const NONE: readonly string[] = [];

/**
 * UK Sanctions List of the Foreign, Commonwealth and Development Office: CSV, a line with the date of the report, then one row for
 * each combination of name and address of a designation. Rows of one designation lie together.
 */
export async function* parseUk({ list }: ListFiles, meta: ListMeta): AsyncGenerator<ListedEntity> {
  if (!list) throw new ListRejected('kyb.list_empty', 'There is no file.');
  let columns: Columns | null = null;
  let draft = null as EntityDraft | null;
  for await (const rows of readCsv(list, { title: 'Report Date:' }))
    for (const row of rows) {
      if (!columns) {
        const dated = /^Report Date: *(.+)$/.exec(row[0] ?? '');
        if (dated) {
          const at = new Date(`${(dated[1] ?? '').replace(/-/g, ' ')} UTC`);
          meta.publishedAt = Number.isNaN(at.getTime()) ? null : at;
        } else columns = columnsOf(row);
        continue;
      }
      if (row.length !== columns.count)
        throw new ListRejected(
          'kyb.list_malformed',
          'A row has another number of columns: the file was cut off.',
        );
      const { at } = columns;
      const cell = (name: Column): string => row[at[name]]?.trim() ?? '';
      const id = cell('Unique ID');
      if (id === '') throw new ListRejected('kyb.list_malformed', 'A row has no unique id.');
      if (draft?.entryId !== id) {
        const entity = draft?.finish();
        if (entity) yield entity;
        draft = new EntityDraft(id);
      }
      read(draft, cell);
    }
  if (!columns) throw new ListRejected('kyb.list_empty', 'The file has no rows.');
  const entity = draft?.finish();
  if (entity) yield entity;
}

interface Columns {
  readonly count: number;
  /** Where each stands that is read. */
  readonly at: Readonly<Record<Column, number>>;
}

const columnsOf = (header: readonly string[]): Columns => {
  const known = new Map(header.map((name, at) => [name.trim(), at]));
  const missing = COLUMNS.filter((name) => !known.has(name));
  if (missing.length > 0)
    throw new ListRejected('kyb.list_malformed', `The file lacks the columns ${missing.join(', ')}.`);
  const at = Object.fromEntries(COLUMNS.map((name) => [name, known.get(name)])) as Record<Column, number>;
  return { count: known.size, at };
};

const read = (draft: EntityDraft, cell: (name: Column) => string): void => {
  draft.kind = KINDS[cell('Designation Type').toLowerCase()] ?? 'unknown';
  draft.name(NAMES.map(cell).join(' '), /low quality/i.test(cell('Alias strength')));
  draft.name(cell('Name non-latin script'));
  const gender = cell('Gender').toLowerCase();
  if (gender === 'male' || gender === 'female') draft.gender = gender;
  for (const date of each(cell('D.O.B'))) draft.born(slashed(date));
  for (const nation of each(cell('Nationality(/ies)'))) draft.country(countryOf(nation));
  const country = cell('Address Country');
  draft.country(countryOf(country));
  draft.country(countryOf(cell('Current believed flag of ship')));
  draft.address(...LINES.map((line) => cell(`Address Line ${line}`)), cell('Address Postal Code'), country);
  for (const value of each(cell('Passport number'))) draft.identifier('passport', value);
  for (const value of each(cell('National Identifier number'))) draft.identifier('national-id', value);
  for (const value of each(cell('Business registration number (s)'))) draft.identifier('register', value);
  for (const value of each(cell('IMO number'))) draft.identifier('imo', value);
  draft.programme(cell('Regime Name'));
  draft.listedOn ??= slashed(cell('Date Designated'));
  draft.remark(cell('Other Information'));
};
