import { fork, type ChildProcess, type StdioOptions } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { STOP, type EngineOptions, type EngineReport } from './engines.messages.js';

export interface EmbeddedOptions {
  /** Holds `postgres/`, `engines.log` and `engines.lock`. One process at a time may use it. */
  readonly dataDir: string;
  /** A free port when missing. */
  readonly postgresPort?: number;
  readonly redisPort?: number;
  /** Nothing is kept and `dataDir` is not touched. */
  readonly memory?: boolean;
  /** The compiled `engines.process`; tests, which run the sources, name their own. */
  readonly entry?: string;
  /** Called when the engines end without having been asked to. */
  readonly onLost?: (reason: string) => void;
}

export interface Embedded {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Flushes the data and ends the engines' process. At most 8 s; may be called twice. */
  stop(): Promise<void>;
}

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 8_000;

/**
 * Starts PostgreSQL (PGlite) and Valkey in one process of their own: both are WebAssembly that would otherwise share
 * the caller's thread. They listen on loopback only, and end when the caller ends, however it ends.
 *
 * Rejects with a message for people: data in use by another process, port taken, damaged data.
 */
export const startEmbedded = async (options: EmbeddedOptions): Promise<Embedded> => {
  const dataDir = options.memory ? null : resolve(options.dataDir);
  const child = launch(options.entry ?? fileURLToPath(new URL('./engines.process.js', import.meta.url)), {
    dataDir,
    postgresPort: options.postgresPort ?? 0,
    redisPort: options.redisPort ?? 0,
  });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const ports = await report(child, dataDir);

  let stopping: Promise<void> | undefined;
  child.once('exit', (code, signal) => {
    if (!stopping) options.onLost?.(`the embedded engines ended unexpectedly (${signal ?? `code ${code}`})`);
  });
  return {
    databaseUrl: `postgres://postgres@127.0.0.1:${ports.postgresPort}/postgres`,
    redisUrl: `redis://127.0.0.1:${ports.redisPort}`,
    stop: () => (stopping ??= end(child, exited)),
  };
};

const launch = (entry: string, options: EngineOptions): ChildProcess => {
  let log: number | 'ignore' = 'ignore';
  if (options.dataDir !== null) {
    mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
    log = openSync(join(options.dataDir, 'engines.log'), 'a', 0o600);
  }
  // Valkey prints a banner: the log takes it, never the terminal.
  const stdio: StdioOptions = ['ignore', log, log, 'ipc'];
  try {
    return fork(entry, [JSON.stringify(options)], {
      stdio,
      // Not the caller's: an inspector port or a coverage loader must not be inherited.
      execArgv: ['--disable-warning=ExperimentalWarning'],
      // A group of its own, so that Ctrl-C ends the application first and the engines after it has let go of them.
      detached: true,
    });
  } finally {
    if (log !== 'ignore') closeSync(log);
  }
};

const report = (child: ChildProcess, dataDir: string | null): Promise<EngineReport & { type: 'ready' }> =>
  new Promise((ready, fail) => {
    const hint = dataDir === null ? '' : `; see ${join(dataDir, 'engines.log')}`;
    const refuse = (message: string) => {
      clearTimeout(limit);
      child.kill('SIGKILL');
      fail(new Error(message));
    };
    const limit = setTimeout(
      () => refuse(`the embedded engines did not start in time${hint}`),
      START_LIMIT_MS,
    );
    child.once('message', (message) => {
      const answer = message as EngineReport;
      if (answer.type === 'failed') return refuse(answer.message);
      clearTimeout(limit);
      ready(answer);
    });
    child.once('error', (error) => refuse(`the embedded engines did not start: ${error.message}`));
    child.once('exit', (code, signal) =>
      refuse(`the embedded engines ended (${signal ?? `code ${code}`})${hint}`),
    );
  });

const end = async (child: ChildProcess, exited: Promise<void>): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  // The exit tells; a send that fails means that the process has just gone.
  if (child.connected) child.send(STOP, () => undefined);
  await exited;
  clearTimeout(limit);
};
