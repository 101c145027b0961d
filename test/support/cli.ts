import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = process.cwd();

let built: Promise<unknown> | undefined;

/** `dist` as the sources are; quick when it is current. */
export const ensureBuilt = (): Promise<unknown> =>
  (built ??= run(
    process.execPath,
    ['--input-type=module', '-e', "await (await import('./scripts/lib.mjs')).ensureBuilt()"],
    { cwd: ROOT },
  ));

export interface CliAnswer {
  readonly code: number;
  readonly output: string;
}

/** Runs the compiled CLI as an operator does, with no settings but these. */
export const runCli = async (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliAnswer> => {
  await ensureBuilt();
  const options = {
    // Not the repository: a developer's .env must not reach it.
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, TZ: 'UTC', ...env },
  };
  try {
    const { stdout, stderr } = await run(process.execPath, [join(ROOT, 'dist/src/cli.js'), ...args], options);
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { code, output: `${stdout ?? ''}${stderr ?? ''}` };
  }
};
