import {
  ensureBuilt,
  ensureInstalled,
  node,
  quietly,
  reportAndExit,
  requireNode,
  seconds,
  step,
  tool,
} from './lib.mjs';

/** Everything that is checked without running the product's tests. All of it runs, whatever fails first; texts beside the rest. */
const TEXTS = [
  ['Format', () => quietly(tool('prettier', '--check', '--log-level=warn', '.'))],
  ['Lint and boundaries', () => quietly(tool('eslint', '.', '--max-warnings', '0'))],
];
const CODE = [
  ['TypeScript client is current', () => quietly(node('scripts/sdk.mjs', '--check'))],
  ['TypeScript client compiles', () => quietly(tool('tsc', '--noEmit', '-p', 'sdk/typescript'))],
  ['Types', () => quietly(tool('tsc', '--noEmit', '--incremental', 'false'))],
];
/** These run what was built. */
const DRIFT = [
  [
    'OpenAPI document is current and breaks no client',
    () => quietly(node('dist/src/cli.js', 'openapi', '--check')),
  ],
  ['Schema is what the migrations make', () => quietly(node('dist/src/cli.js', 'schema', '--check'))],
  ['Every setting is in .env.example', () => quietly(node('dist/src/cli.js', 'env-example', '--check'))],
];

const attempt = async (title, work) => {
  try {
    await work();
    return null;
  } catch (error) {
    console.log(indent(error.output || String(error.message)));
    return title;
  }
};

/** The titles of those that failed, null for the others. */
const attemptAll = async (checks) => {
  const failed = [];
  for (const [title, work] of checks) failed.push(await attempt(title, () => step(title, work)));
  return failed;
};

const code = async () => {
  const failed = await attemptAll(CODE);
  const unbuilt = await attempt('Build', () => ensureBuilt({ title: 'Build' }));
  const drift = unbuilt ? DRIFT.map(([title]) => `${title} (not run)`) : await attemptAll(DRIFT);
  return [...failed, unbuilt, ...drift];
};

const indent = (text) => text.trimEnd().replace(/^/gm, '    ');

requireNode();
const startedAt = performance.now();
try {
  await ensureInstalled();
  const failed = (await Promise.all([attemptAll(TEXTS), code()])).flat();
  const names = failed.filter((title) => title !== null);
  const total = failed.length;
  console.log(
    names.length === 0
      ? `\nAll ${total} checks passed in ${seconds(startedAt)}.`
      : `\n${names.length} of ${total} checks failed in ${seconds(startedAt)}: ${names.join(', ')}.`,
  );
  process.exitCode = names.length === 0 ? 0 : 1;
} catch (error) {
  reportAndExit(error);
}
