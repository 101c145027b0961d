import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { readCsv } from './csv.js';
import { ListRejected } from './parser.js';

const bytesOf = async function* (pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
};

const rowsOf = async (pieces: readonly Uint8Array[], relaxed = false): Promise<string[][] | null> => {
  const rows: string[][] = [];
  try {
    for await (const read of readCsv(bytesOf(pieces), { relaxed })) rows.push(...read);
  } catch (error) {
    if (error instanceof ListRejected && error.code === 'kyb.list_malformed') return null;
    throw error;
  }
  return rows;
};

/** What `csv-parse` makes of it; null when it refuses it. */
const known = (text: string, relaxed: boolean): string[][] | null => {
  try {
    return parse(text, {
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true,
      relax_quotes: relaxed,
    });
  } catch {
    return null;
  }
};

const token = fc.constantFrom('a', 'é', '名', ' ', '"', '""', ',', '",', ',"', '\n', '\r', '\r\n', '"\r\n');
const text = fc.array(token, { minLength: 1, maxLength: 24 }).map((tokens) => tokens.join(''));

it.each([false, true])('reads as csv-parse does, however it comes (relaxed: %s)', (relaxed) =>
  fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 40 }), async (csv, size) => {
      const bytes = Buffer.from(csv);
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      expect(await rowsOf(pieces, relaxed)).toEqual(known(csv, relaxed));
    }),
    { numRuns: 3_000 },
  ),
);

it('takes away a byte order mark, and replaces what is no text', async () => {
  expect(await rowsOf([Buffer.from('\uFEFFa,b\n')])).toEqual([['a', 'b']]);
  expect(await rowsOf([Buffer.from([0x61, 0xe9]), Buffer.from(',b')])).toEqual([['a\uFFFD', 'b']]);
});

it('does not wait for the end of a record without one', async () => {
  const piece = Buffer.from('x'.repeat(400_000));
  await expect(rowsOf([Buffer.from('a,"'), piece, piece, piece, piece])).resolves.toBeNull();
  await expect(rowsOf([piece, piece, piece, Buffer.from('\n')])).resolves.toBeNull();
  await expect(rowsOf([Buffer.from('"'), piece, piece, Buffer.from('"')])).resolves.toHaveLength(1);
});

it.each([
  ['is a page', '\uFEFF <html>', 'kyb.list_not_csv'],
  ['is empty', '', 'kyb.list_empty'],
])('is no CSV when it %s', async (_, csv, code) => {
  await expect(rowsOf(csv === '' ? [] : [Buffer.from(csv)])).rejects.toMatchObject({ code });
});
