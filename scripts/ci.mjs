import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, node, openly, quietly, requireNode, tool } from './lib.mjs';
import { smoke } from './smoke.mjs';

const REAL_SERVICES = join(ROOT, '..', 'shared', 'tools', 'real-services');
const CHROMIUM = '/usr/bin/chromium';

const total = { passed: 0, failed: 0 };
const results = mkdtempSync(join(tmpdir(), 'frontdesk-ci-'));

const count = (title, passed, failed) => {
  total.passed += passed;
  total.failed += failed;
  console.log(`--- ${title}: ${passed} passed, ${failed} failed`);
};

const head = (title) => console.log(`\n=== ${title}`);

/** A step that is one test: it passes or it fails. Answers whether it passed. */
const single = async (title, work) => {
  head(title);
  const passed = await work().catch((error) => {
    console.log(error.output ?? '', error.message);
    return false;
  });
  count(title, passed ? 1 : 0, passed ? 0 : 1);
  return passed;
};

const succeeds = (command, options) => async () => (await openly(command, options)) === 0;

/**
 * A run of Jest, counted test by test from its JSON. A suite that could not run counts as one that failed, and so does
 * a run that ended badly without a single failed test to show for it.
 */
const suites = async (title, prefix, command, environment = {}) => {
  head(title);
  const env = { ...process.env, TZ: 'UTC', TEST_RESULTS_DIR: results, ...environment };
  const code = await openly(command, { env });
  let passed = 0;
  let failed = 0;
  for (const file of readdirSync(results).filter((name) => name.startsWith(prefix))) {
    const run = JSON.parse(readFileSync(join(results, file), 'utf8'));
    passed += run.numPassedTests;
    failed += run.numFailedTests + run.numRuntimeErrorTestSuites;
  }
  count(title, passed, code !== 0 && failed === 0 ? 1 : failed);
};

const onRealEngines = async (title, name, args, environment) => {
  const json = ['--json', `--outputFile=${join(results, `${name}.json`)}`];
  await suites(title, name, tool('jest', ...json, ...args), environment);
};

/** As `real-services env` prints them: export lines with DATABASE_URL and REDIS_URL. */
const realEngines = async () => {
  const lines = await quietly([REAL_SERVICES, 'env']);
  const value = (name) => new RegExp(`\\b${name}=(\\S+)`).exec(lines)?.[1];
  return { TEST_DATABASE_URL: value('DATABASE_URL'), TEST_REDIS_URL: value('REDIS_URL') };
};

/** The last line is read by machines: keep its form. */
const finish = () => {
  rmSync(results, { recursive: true, force: true });
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed === 0 ? 0 : 1);
};

requireNode();
// Set by whoever runs this, they would turn the embedded run into a second real one.
for (const name of ['DATABASE_URL', 'REDIS_URL', 'TEST_DATABASE_URL', 'TEST_REDIS_URL'])
  delete process.env[name];

// Its own progress is for a terminal; "error" hides what packages say about newer Nodes.
const install = ['npm', 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
if (!(await single('npm ci', succeeds(install)))) finish();

if (!existsSync(CHROMIUM)) {
  await single('Chromium for the browser test', async () => {
    await quietly(['apt-get', 'update', '-qq']);
    const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    await quietly(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium'], options);
    return existsSync(CHROMIUM);
  });
}
await single('npm run check', succeeds(node('scripts/check.mjs')));
await suites('npm test, on embedded engines', 'embedded', node('scripts/test.mjs'));

if (await single('PostgreSQL and Valkey', succeeds([REAL_SERVICES, 'start']))) {
  const environment = await realEngines();
  await onRealEngines(
    'e2e and concurrency, on PostgreSQL and Valkey',
    'real',
    ['--maxWorkers=2', '--selectProjects', 'e2e', 'concurrency'],
    environment,
  );
  // Alone: it may crash the engines under everybody.
  await onRealEngines('faults', 'fault', ['--maxWorkers=1', '--selectProjects', 'fault'], {
    ...environment,
    REAL_SERVICES,
  });
}

head('npm start, from a clean clone');
const smoked = await smoke();
count('npm start, from a clean clone', smoked.passed, smoked.failed);

finish();
