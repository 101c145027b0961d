import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { packed } from './list-files.js';

describe('a file of a list', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'list-files-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const piecesOf = async (path: string): Promise<Buffer[]> => {
    const pieces: Buffer[] = [];
    for await (const piece of packed(path)) pieces.push(piece);
    return pieces;
  };

  it('is packed as it came', async () => {
    const path = join(folder, 'eu.xml');
    await writeFile(path, 'x'.repeat(3_000_000));
    expect(gunzipSync(Buffer.concat(await piecesOf(path))).toString()).toBe('x'.repeat(3_000_000));
  });

  it('that has gone is an error, and nobody waits for it', async () => {
    await expect(piecesOf(join(folder, 'gone.xml'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
