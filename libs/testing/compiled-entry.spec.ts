import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const entryModule = pathToFileURL(join(__dirname, 'compiled-entry.mjs')).href;

describe('compiledEntry', () => {
  let cache: string;

  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'frontdesk-compiled-'));
  });
  afterEach(() => rmSync(cache, { recursive: true, force: true }));

  /** A process that is ready to compile, and does when told to; then answers the entry. */
  const compiler = async (): Promise<() => Promise<string>> => {
    const child = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `const { compiledEntry } = await import(${JSON.stringify(entryModule)});
       console.log('ready');
       process.stdin.once('data', () => {
         console.log(compiledEntry('screening', 'worker', ${JSON.stringify(cache)}));
         process.exit();
       });`,
    ]);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const line = async (): Promise<string> => (await lines.next()).value ?? '';
    expect(await line()).toBe('ready');
    return () => {
      child.stdin.write('go');
      return line();
    };
  };

  it('gives runs that begin at the same moment the same whole folder', async () => {
    const compilers = await Promise.all(Array.from({ length: 4 }, compiler));
    const entries = new Set(await Promise.all(compilers.map((compile) => compile())));
    expect(entries.size).toBe(1);
    expect(existsSync([...entries][0]!)).toBe(true);
    expect(readdirSync(join(cache, 'frontdesk-screening'))).toHaveLength(1);
  });

  it('removes what is older than a day, and leaves the draft of another run alone', async () => {
    const folder = join(cache, 'frontdesk-screening');
    mkdirSync(join(folder, 'old', 'files'), { recursive: true });
    mkdirSync(join(folder, 'draft.1', 'files'), { recursive: true });
    const twoDaysAgo = new Date(Date.now() - 48 * 3600 * 1000);
    utimesSync(join(folder, 'old'), twoDaysAgo, twoDaysAgo);
    await (
      await compiler()
    )();
    const left = readdirSync(folder);
    expect(left).toContain('draft.1');
    expect(left).not.toContain('old');
    expect(left).toHaveLength(2);
  });
});
