import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DataLock {
  release(): void;
}

const TRIES = 3;

/**
 * Keeps a second process off a data folder: two PostgreSQL on the same files destroy them. The file holds the owner's
 * process id; a lock whose owner is gone is taken over.
 */
export const lockDataDir = (dataDir: string): DataLock => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'engines.lock');
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    if (create(file))
      return { release: () => ownerOf(file) === process.pid && rmSync(file, { force: true }) };
    const owner = ownerOf(file);
    if (owner !== null && isEngine(owner)) throw new Error(inUse(dataDir, owner));
    rmSync(file, { force: true });
  }
  throw new Error(inUse(dataDir, ownerOf(file)));
};

const inUse = (dataDir: string, owner: number | null): string =>
  `the data in ${dataDir} is in use by another Frontdesk (process ${owner ?? 'unknown'}): ` +
  'stop that one, or set DATA_DIR to another folder';

const create = (file: string): boolean => {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

const ownerOf = (file: string): number | null => {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
};

/** After a reboot, or in a new container, the number may belong to somebody else, even to us. */
const isEngine = (pid: number): boolean => {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('engines.process');
  } catch {
    return true;
  }
};
