import { type ChildProcess, execFile, spawn } from 'node:child_process';
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
  /** null when it was killed. */
  readonly code: number | null;
  readonly output: string;
}

/** A run of the compiled CLI. */
export class CliProcess {
  readonly ended: Promise<CliAnswer>;

  private constructor(private readonly child: ChildProcess) {
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    this.ended = new Promise((resolve) =>
      child.once('close', (code) => {
        resolve({ code, output });
      }),
    );
  }

  /** As an operator starts it, with no settings but these. `dist` must be built. */
  static start(args: readonly string[], env: Readonly<Record<string, string>>): CliProcess {
    return new CliProcess(
      spawn(process.execPath, [join(ROOT, 'dist/src/cli.js'), ...args], {
        // Not the repository: a developer's .env must not reach it.
        cwd: tmpdir(),
        env: { PATH: process.env.PATH, TZ: 'UTC', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** As the kernel's out-of-memory killer does it. */
  async kill(): Promise<CliAnswer> {
    this.child.kill('SIGKILL');
    return this.ended;
  }
}

/** Runs the CLI to its end. */
export const runCli = async (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliAnswer> => {
  await ensureBuilt();
  return CliProcess.start(args, env).ended;
};
