import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const compiler = pathToFileURL(join(__dirname, 'compiled-entry.mjs')).href;

describe('compiledEntry', () => {
  let cache: string;

  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'frontdesk-compiled-'));
  });
  afterEach(() => rmSync(cache, { recursive: true, force: true }));

  // The next second for all, so that none is done before another begins.
  const compile = (at: number) =>
    run(process.execPath, [
      '--input-type=module',
      '-e',
      `const { compiledEntry } = await import(${JSON.stringify(compiler)});
       while (Date.now() < ${at});
       console.log(compiledEntry('screening', 'worker', ${JSON.stringify(cache)}));`,
    ]);

  it('gives runs that begin at the same moment the same whole folder', async () => {
    const at = Date.now() + 1500;
    const answers = await Promise.all(Array.from({ length: 4 }, () => compile(at)));
    const entries = new Set(answers.map(({ stdout }) => stdout.trim()));
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
    await compile(0);
    const left = readdirSync(folder);
    expect(left).toContain('draft.1');
    expect(left).not.toContain('old');
    expect(left).toHaveLength(2);
  });
});
