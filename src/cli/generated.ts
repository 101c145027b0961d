import { readFile, writeFile } from 'node:fs/promises';
import { type Embedded, startEmbedded } from '#libs/embedded';

export type Say = (line: string) => void;

/** Writes a generated file, or with `--check` fails when the committed one differs. */
export const keep = async (
  file: string,
  text: string,
  args: readonly string[],
  say: Say,
  how: string,
): Promise<void> => {
  const committed = await readFile(file, 'utf8').catch(() => '');
  if (committed === text) return say(`${file} is current.`);
  if (args.includes('--check')) throw new Error(`${file} is out of date: run "${how}" and commit it.`);
  await writeFile(file, text);
  say(`${file} written.`);
};

/** Engines in memory, for what only needs some: nothing is kept and nobody else is disturbed. */
export const onScratchEngines = async <T>(work: (embedded: Embedded) => Promise<T>): Promise<T> => {
  const embedded = await startEmbedded({ dataDir: '', memory: true });
  try {
    return await work(embedded);
  } finally {
    await embedded.stop();
  }
};
