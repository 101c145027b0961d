import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ROOT, ensureBuilt, ensureInstalled, node, reportAndExit, requireNode } from './lib.mjs';

const STOP_LIMIT_MS = 10_000;

/**
 * Runs the application and hands on what ends it. A process group of its own: on Ctrl-C the terminal signals the whole
 * group and npm signals us once more, and the application must hear of it just once.
 */
const serve = () => {
  const child = spawn(...split(node('dist/src/main.js')), {
    cwd: ROOT,
    // The channel carries nothing: it closes when we are killed, and then the application ends too.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  let stopping = false;
  const stop = (signal) => {
    if (stopping) return;
    stopping = true;
    child.kill(signal);
    setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS).unref();
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGHUP', () => stop('SIGTERM'));
  child.once('error', reportAndExit);
  child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
};

const split = ([command, ...args]) => [command, args];

requireNode();
try {
  await ensureInstalled();
  await ensureBuilt();
  serve();
} catch (error) {
  reportAndExit(error);
}
