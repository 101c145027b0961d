import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from '@swc/core';

const root = join(import.meta.dirname, '..', '..');
const CACHE = join(root, 'node_modules', '.cache');
const STALE_MS = 24 * 3600 * 1000;

/**
 * What runs in a process or a thread of its own needs native ESM, which Jest's module system does not give, and `dist` may be
 * old or missing when somebody runs one spec. So the few files of such a library (they import packages and each
 * other only) are always transpiled here, into a folder from which packages resolve: 50 ms once, then nothing.
 *
 * Returns the path of the compiled `entry`, a file of `libs/<library>` without its ending.
 */
export const compiledEntry = (library, entry, cacheRoot = CACHE) => {
  const source = join(root, 'libs', library);
  const files = readdirSync(source, { recursive: true }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'),
  );
  const texts = files.map((name) => [name, readFileSync(join(source, name), 'utf8')]);
  const hash = createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16);
  const cache = join(cacheRoot, `frontdesk-${library}`);
  const target = join(cache, hash);
  if (!existsSync(target)) {
    const draft = `${target}.${process.pid}`;
    mkdirSync(draft, { recursive: true });
    writeFileSync(join(draft, 'package.json'), '{"type":"module"}');
    for (const [name, text] of texts) {
      const out = join(draft, name.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(out), { recursive: true });
      writeFileSync(out, transpile(name, text));
    }
    publish(draft, target);
    removeStale(cache);
  }
  return join(target, `${entry}.js`);
};

const transpile = (filename, text) =>
  transformSync(text, {
    filename,
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  }).code;

// Two runs may do this at once; a whole folder appears or none.
const publish = (draft, target) => {
  try {
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
};

// Young folders may be drafts of another run, or what one with another edition of the library uses.
const removeStale = (cache) => {
  for (const name of readdirSync(cache)) {
    const folder = join(cache, name);
    try {
      if (Date.now() - statSync(folder).mtimeMs > STALE_MS) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another run removes it at this moment.
    }
  }
};
