import { join } from 'node:path';
import { ensureInstalled, openly, reportAndExit, requireNode, tool } from './lib.mjs';

// PGlite is one database, so what needs it runs in one worker.
const ENGINES = ['--maxWorkers=1'];

/** Where `.ci/run` wants the results of each run, as Jest's JSON. */
const results = process.env.TEST_RESULTS_DIR;

/** Unit specs on all cores, then the rest; with arguments one run, so that a path that matches nothing fails. */
const runsFor = (args) => {
  if (args.some((arg) => arg.startsWith('--selectProjects'))) return [[...args, ...ENGINES]];
  if (args.length > 0) return [[...args, ...ENGINES, '--selectProjects', 'unit', 'e2e', 'concurrency']];
  return [
    ['--selectProjects', 'unit'],
    [...ENGINES, '--selectProjects', 'e2e', 'concurrency'],
  ];
};

requireNode();
try {
  await ensureInstalled();
  let exitCode = 0;
  for (const [index, args] of runsFor(process.argv.slice(2)).entries()) {
    const json = results ? ['--json', `--outputFile=${join(results, `embedded-${index}.json`)}`] : [];
    const code = await openly(tool('jest', ...json, ...args), { env: { ...process.env, TZ: 'UTC' } });
    exitCode ||= code;
  }
  process.exitCode = exitCode;
} catch (error) {
  reportAndExit(error);
}
