import { Readable } from 'node:stream';
import { parse, type Options } from 'csv-parse';
import { type Bytes, ListRejected } from './parser.js';

const LONGEST_RECORD = 1_000_000;

/** Rows as they come. Error: `ListRejected`, also for a row with too few or too many columns: the file was cut off, or is another. */
export async function* readCsv(bytes: Bytes, options: Options = {}): AsyncGenerator<string[]> {
  const parser = parse({ bom: true, max_record_size: LONGEST_RECORD, skip_empty_lines: true, ...options });
  const source = Readable.from(withoutHtml(bytes));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const row of parser) yield row as string[];
  } catch (error) {
    if (error instanceof ListRejected) throw error;
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_'))
      throw new ListRejected('kyb.list_malformed', 'The file is no such CSV: it is damaged, or was cut off.');
    throw error;
  } finally {
    source.destroy();
  }
}

async function* withoutHtml(bytes: Bytes): AsyncGenerator<Uint8Array> {
  let first = true;
  for await (const piece of bytes) {
    if (first && /^[\uFEFF\s]*</.test(new TextDecoder().decode(piece.subarray(0, 64))))
      throw new ListRejected('kyb.list_not_csv', 'The file is a page or XML, not CSV.');
    first = false;
    yield piece;
  }
  if (first) throw new ListRejected('kyb.list_empty', 'The file is empty.');
}
