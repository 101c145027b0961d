import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { type Bytes, ListRejected } from './parser.js';

/** In characters, with what quotes and separates: what is longer is a quote that is not closed. */
const LONGEST_RECORD = 1_000_000;
const ROWS = 256;
/** How far a line of title may reach. */
const LONGEST_TITLE = 1_000;

export interface CsvOptions {
  /** A quote where none may stand is one character like others. */
  readonly relaxed?: boolean;
  /** A first line that begins so is no row of the table, but a row of its own with one cell. */
  readonly title?: string;
}

/**
 * Rows of CSV (RFC 4180) as they come, some together. Empty lines are skipped; lines end as the first one does. Error: `ListRejected`. How many
 * columns a row has is for the caller to look at.
 */
export async function* readCsv(
  bytes: Bytes,
  { relaxed = false, title }: CsvOptions = {},
): AsyncGenerator<string[][]> {
  const pieces = checked(bytes);
  const { line, rest } = await withoutTitle(pieces, title);
  if (line !== null) yield [[line]];
  const parser = parse({
    bom: true,
    max_record_size: LONGEST_RECORD,
    relax_column_count: true,
    relax_quotes: relaxed,
    skip_empty_lines: true,
  });
  const source = Readable.from(rest);
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    let rows: string[][] = [];
    for await (const row of parser) {
      rows.push(row as string[]);
      if (rows.length < ROWS) continue;
      yield rows;
      rows = [];
    }
    if (rows.length > 0) yield rows;
  } catch (error) {
    if (error instanceof CsvError)
      throw new ListRejected('kyb.list_malformed', 'The file is no such CSV: it is damaged, or was cut off.');
    throw error;
  } finally {
    source.destroy();
  }
}

/** Error: `ListRejected` for a page, or nothing at all. */
async function* checked(bytes: Bytes): AsyncGenerator<Uint8Array> {
  let first = true;
  for await (const piece of bytes) {
    if (first && /^[\uFEFF\s]*</.test(new TextDecoder().decode(piece.subarray(0, 64))))
      throw new ListRejected('kyb.list_not_csv', 'The file is a page or XML, not CSV.');
    first = false;
    yield piece;
  }
  if (first) throw new ListRejected('kyb.list_empty', 'The file is empty.');
}

/**
 * Takes a line of title away. csv-parse takes the first line for the measure of all, and makes an error with its stack of each row that is not as
 * long: for the UK list that was most of its time.
 */
const withoutTitle = async (
  pieces: AsyncGenerator<Uint8Array>,
  title: string | undefined,
): Promise<{ line: string | null; rest: AsyncIterable<Uint8Array> }> => {
  if (title === undefined) return { line: null, rest: pieces };
  let head = Buffer.alloc(0);
  let end = -1;
  while (end === -1 && head.length < LONGEST_TITLE) {
    const next = await pieces.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
    end = head.indexOf('\n');
  }
  const line = head
    .subarray(0, Math.max(end, 0))
    .toString()
    .replace(/^\uFEFF|\r$/g, '');
  if (!line.startsWith(title)) return { line: null, rest: joined(head, pieces) };
  return { line, rest: joined(head.subarray(end + 1), pieces) };
};

async function* joined(head: Uint8Array, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  yield* pieces;
}
