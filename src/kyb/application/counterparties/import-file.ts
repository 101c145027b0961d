import { parse } from 'csv-parse/sync';
import { DomainError } from '#libs/kernel';
import type { ImportError } from '../../infrastructure/import.repository.js';

export const MOST_ROWS = 10_000;

export const IMPORT_COLUMNS = [
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
  'contactId',
  'note',
  'schedule',
  'everyDays',
] as const;
export type ImportColumn = (typeof IMPORT_COLUMNS)[number];
export type Cells = Readonly<Partial<Record<ImportColumn, string>>>;

export interface FileRow {
  /** Where it begins; the header is line 1, unless something stands before it. */
  readonly line: number;
  readonly cells: Cells;
  /** What keeps it from being read cell by cell. */
  readonly errors: readonly ImportError[];
}

export interface ImportFile {
  readonly columns: ReadonlySet<ImportColumn>;
  readonly rows: readonly FileRow[];
}

interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/** As people write headers: `VAT number`, `vat_number`. */
const plain = (name: string): string => name.replace(/[\s_-]/g, '').toLowerCase();
const BY_NAME = new Map(IMPORT_COLUMNS.map((column) => [plain(column), column]));

const invalid = (code: string, detail: string): DomainError => DomainError.invalid(code, '/csv', detail);

/**
 * Reads a file as spreadsheets save it: separated by commas, semicolons or tabs, whichever its header has, so that the others may stand
 * in cells. A row that cannot be read has errors; only what makes a nonsense of the whole file is thrown.
 * Errors (422): `kyb.csv_invalid`, `kyb.csv_column_unknown`, `kyb.csv_too_long`.
 */
export const readImportFile = (csv: string): ImportFile => {
  // Excel says in a line of its own what separates, and then means it.
  const whole = csv.replace(/\r\n?/g, '\n');
  const said = /^\uFEFF?sep=(.)\n/i.exec(whole);
  const text = said ? whole.slice(said[0].length) : whole;
  const [header, ...records] = recordsOf(text, said?.[1] ?? delimiterOf(text));
  const columns = header ? columnsOf(header.record) : [];
  if (!columns.includes('name') || records.length === 0)
    throw invalid('kyb.csv_invalid', 'csv needs a header with the column `name`, and a row at least.');
  if (records.length > MOST_ROWS)
    throw invalid('kyb.csv_too_long', `csv may have ${MOST_ROWS} rows. Import it in parts.`);
  return {
    columns: new Set(columns.filter((column) => column !== null)),
    rows: records.map((record) => rowOf(record, columns, said ? 1 : 0)),
  };
};

const recordsOf = (csv: string, delimiter: string): Parsed[] => {
  try {
    return parse(csv, {
      bom: true,
      columns: false,
      delimiter,
      info: true,
      relax_column_count: true,
      // Hotel "Adler" GmbH is a name.
      relax_quotes: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      trim: true,
      to: MOST_ROWS + 2,
    }) as unknown as Parsed[];
  } catch (error) {
    throw invalid(
      'kyb.csv_invalid',
      `csv could not be read as CSV: ${error instanceof Error ? error.message.slice(0, 200) : 'it is malformed'}`,
    );
  }
};

/** Column names have none of these in them: what the header has most of separates. */
const delimiterOf = (csv: string): string => {
  const [header = ''] = /^.*$/m.exec(csv.replace(/^[\s\uFEFF]+/, '')) ?? [];
  const count = (mark: string): number => header.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
};

/** null: a column without a name, which spreadsheets leave at the end. */
const columnsOf = (header: readonly string[]): (ImportColumn | null)[] => {
  const columns = header.map((name) => (name === '' ? null : (BY_NAME.get(plain(name)) ?? undefined)));
  const unknown = header.filter((_, at) => columns[at] === undefined);
  // Without `name` it is no header, and what stands in it no names of columns.
  if (unknown.length > 0 && columns.includes('name'))
    throw invalid(
      'kyb.csv_column_unknown',
      `csv has columns nobody knows: ${unknown.slice(0, 5).join(', ').slice(0, 200)}. Known are ${IMPORT_COLUMNS.join(', ')}.`,
    );
  const twice = columns.find((column, at) => column && columns.indexOf(column) !== at);
  if (twice) throw invalid('kyb.csv_invalid', `csv has the column ${twice} twice. Leave one of them out.`);
  return columns.map((column) => column ?? null);
};

const rowOf = (
  { record, info }: Parsed,
  columns: readonly (ImportColumn | null)[],
  linesBefore: number,
): FileRow => {
  const cells: Partial<Record<ImportColumn, string>> = {};
  const errors: ImportError[] = [];
  const surplus = record.slice(columns.length).some((cell) => cell !== '');
  if (record.length < columns.length || surplus)
    errors.push({
      column: 'row',
      detail: `has ${record.length} cells, and the header has ${columns.length}: put cells in which the separator stands into quotes`,
    });
  for (const [at, column] of columns.entries()) {
    const cell = record[at] ?? '';
    if (column === null) {
      if (cell !== '')
        errors.push({ column: 'row', detail: `has a cell in column ${at + 1}, which has no name` });
      continue;
    }
    cells[column] = cell;
    if (isGarbled(cell))
      errors.push({
        column,
        detail: 'has letters that were lost: save the file as UTF-8, and send it as such',
      });
  }
  const inside = record.reduce((lines, cell) => lines + (cell.match(/\n/g)?.length ?? 0), 0);
  return { line: linesBefore + info.lines - inside, cells, errors };
};

/** Bytes of Latin 1 read as UTF-8, or the other way round. */
const isGarbled = (text: string): boolean => /\uFFFD|[ÂÃ][\u0080-\u00BF]/.test(text);
