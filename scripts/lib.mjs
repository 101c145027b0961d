import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

// Node's own modules only: these scripts run before anything is installed.

export const ROOT = join(import.meta.dirname ?? '', '..');
const MINIMUM_NODE = [20, 19];
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** The commands of the installed packages, run by this very Node: no shell and no `.cmd` on Windows. */
const TOOLS = {
  eslint: 'eslint/bin/eslint.js',
  jest: 'jest/bin/jest.js',
  nest: '@nestjs/cli/bin/nest.js',
  prettier: 'prettier/bin/prettier.cjs',
  tsc: 'typescript/bin/tsc',
};

export const tool = (name, ...args) => [process.execPath, join(ROOT, 'node_modules', TOOLS[name]), ...args];
export const node = (...args) => [process.execPath, ...args];

export class StepFailed extends Error {
  constructor(message, output = '') {
    super(message);
    this.output = output;
  }
}

export const requireNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  console.error(`Frontdesk needs Node ${MINIMUM_NODE.join('.')} or newer; this is ${process.versions.node}.`);
  console.error('Get it from https://nodejs.org, or with "nvm install 20".');
  process.exit(1);
};

/** Runs `work` on a line of its own, with a spinner on a terminal, and ends the line with the time it took. */
export const step = async (title, work) => {
  const startedAt = performance.now();
  const stop = spin(title);
  try {
    const result = await work();
    stop(`✓ ${title}  ${seconds(startedAt)}`);
    return result;
  } catch (error) {
    stop(`✗ ${title}  ${seconds(startedAt)}`);
    throw error;
  }
};

const spin = (title) => {
  if (!process.stdout.isTTY) return (line) => console.log(line);
  let frame = 0;
  const draw = () => process.stdout.write(`\r\x1b[2K${FRAMES[(frame += 1) % FRAMES.length]} ${title}`);
  draw();
  const timer = setInterval(draw, 100);
  return (line) => {
    clearInterval(timer);
    process.stdout.write(`\r\x1b[2K${line}\n`);
  };
};

export const seconds = (startedAt) => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;

/** Runs a command in silence; its output is shown only when it fails. */
export const quietly = (command, options = {}) =>
  new Promise((done, fail) => {
    const chunks = [];
    const child = spawn(command[0], command.slice(1), {
      cwd: ROOT,
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.once('error', (error) => fail(new StepFailed(`${command[0]} cannot be run: ${error.message}`)));
    child.once('close', (code, signal) => {
      const output = Buffer.concat(chunks).toString();
      if (code === 0) done(output);
      else
        fail(
          new StepFailed(`${command.slice(0, 3).join(' ')} ended with ${signal ?? `code ${code}`}`, output),
        );
    });
  });

/** Runs a command on this terminal and answers its exit code. */
export const openly = (command, options = {}) =>
  new Promise((done, fail) => {
    const child = spawn(command[0], command.slice(1), { cwd: ROOT, ...options, stdio: 'inherit' });
    child.once('error', (error) => fail(new StepFailed(`${command[0]} cannot be run: ${error.message}`)));
    child.once('close', (code) => done(code ?? 1));
  });

/** Installs the packages that `package-lock.json` names, unless just those are there. */
export const ensureInstalled = async () => {
  const marker = join(ROOT, 'node_modules', '.frontdesk-lock');
  const lock = join(ROOT, 'package-lock.json');
  const hash = hashOf([lock]);
  if (read(marker) === hash) return;
  if (!installedByHand(lock)) {
    if (isLink(join(ROOT, 'node_modules')))
      throw new StepFailed('node_modules is a link, and npm would empty what it leads to: remove the link.');
    await step('Installing packages (once, about a minute)', () =>
      // "error": packages that would like a newer Node than ours warn, and work.
      quietly([...npm(), 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']),
    );
  }
  writeFileSync(marker, hash);
};

const isLink = (path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

/** npm writes its own record last, so a record younger than the lock file is a finished install of it. */
const installedByHand = (lock) => mtime(join(ROOT, 'node_modules', '.package-lock.json')) > mtime(lock);

/** npm names itself to the scripts it runs; started bare, it is taken from the PATH. */
const npm = () => {
  const path = process.env.npm_execpath;
  if (path?.endsWith('npm-cli.js')) return node(path);
  return process.platform === 'win32' ? ['cmd', '/c', 'npm'] : ['npm'];
};

/**
 * Compiles the sources into `dist`, unless `dist` was made of just these. It is made from nothing each time: the
 * compiler leaves the output of deleted sources behind, and its incremental record may outlive the files it speaks of.
 */
export const ensureBuilt = async ({ title = 'Building' } = {}) => {
  const dist = join(ROOT, 'dist');
  const marker = join(dist, '.build-hash');
  const hash = hashOf([
    ...['src', 'libs', 'migrations'].flatMap((folder) => filesIn(join(ROOT, folder))),
    ...['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'].map(
      (name) => join(ROOT, name),
    ),
  ]);
  if (read(marker) === hash) return false;
  await step(title, async () => {
    rmSync(dist, { recursive: true, force: true });
    await quietly(tool('nest', 'build'));
    mkdirSync(dist, { recursive: true });
    writeFileSync(marker, hash);
  });
  return true;
};

const filesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();

const hashOf = (files) => {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file.slice(ROOT.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
};

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : null);
const mtime = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Ends a script as its failure asks: what failed, what it printed, exit code 1. Never a stack trace. */
export const reportAndExit = (error) => {
  if (error.output) console.error(error.output.trimEnd());
  console.error(error instanceof StepFailed ? error.message : error);
  process.exit(1);
};
