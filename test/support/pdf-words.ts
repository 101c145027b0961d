import { spawnSync } from 'node:child_process';

/** Jest cannot load pdf.js, which imports itself: a process of its own reads. */
const READER = `
  import { extractText } from 'unpdf';
  import { buffer } from 'node:stream/consumers';
  const { text } = await extractText(new Uint8Array(await buffer(process.stdin)), { mergePages: true });
  process.stdout.write(text);
`;

/** The words of a PDF as a reader would copy them. */
export const wordsOf = (pdf: Buffer): string => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', READER], {
    input: pdf,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the PDF cannot be read: ${stderr}`);
  return stdout;
};
