import { type CsvOptions, readCsv } from './csv.js';
import { ListRejected } from './parser.js';

const bytesOf = async function* (pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
};

const rowsOf = async (pieces: readonly Uint8Array[], options?: CsvOptions): Promise<string[][] | null> => {
  const rows: string[][] = [];
  try {
    for await (const read of readCsv(bytesOf(pieces), options)) rows.push(...read);
  } catch (error) {
    if (error instanceof ListRejected && error.code === 'kyb.list_malformed') return null;
    throw error;
  }
  return rows;
};

/** In pieces of a length. */
const inPieces = (text: string, size: number): Uint8Array[] => {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
};

it.each([1, 3, 7, 100])('reads rows of any length, in pieces of %d bytes', async (size) => {
  const pieces = inPieces('a,"b, ""c""\r\nd"\r\n\r\n名,é,\r\nlast', size);
  expect(await rowsOf(pieces)).toEqual([['a', 'b, "c"\r\nd'], ['名', 'é', ''], ['last']]);
});

it.each([1, 7, 100])('reads a title as a row of its own, in pieces of %d bytes', async (size) => {
  const table = 'x,y\r\n1,2\r\n';
  const title = 'Report Date: ';
  const rows = [
    ['x', 'y'],
    ['1', '2'],
  ];
  expect(await rowsOf(inPieces(`\uFEFFReport Date: 1, "May"\r\n${table}`, size), { title })).toEqual([
    ['Report Date: 1, "May"'],
    ...rows,
  ]);
  expect(await rowsOf(inPieces(`\uFEFF${table}`, size), { title })).toEqual(rows);
  expect(await rowsOf(inPieces('Report Date: 1', size), { title })).toEqual([['Report Date: 1']]);
});

it('refuses a quote that is not closed, and one where none may stand', async () => {
  expect(await rowsOf([Buffer.from('a,"b\nc,d\n')])).toBeNull();
  expect(await rowsOf([Buffer.from('a,b"c\n')])).toBeNull();
  expect(await rowsOf([Buffer.from('a,b"c\n')], { relaxed: true })).toEqual([['a', 'b"c']]);
});

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
