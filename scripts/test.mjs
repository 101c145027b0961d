import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, openly, reportAndExit, requireNode, tool } from './lib.mjs';

// PGlite is one database, so what needs it runs in one worker.
const ENGINES = ['--maxWorkers=1'];
/** Runs at once, each with engines of its own. */
const HALVES = availableParallelism() > 1 ? ['--shard=1/2', '--shard=2/2'] : ['--shard=1/1'];

/** Where `.ci/run` wants the results of each run, as Jest's JSON. */
const results = process.env.TEST_RESULTS_DIR;

/**
 * Unit specs on all cores, then the rest in two halves beside each other; with arguments one run, so that a path that matches
 * nothing fails. Each is what runs at once.
 */
const runsFor = (args) => {
  if (args.some((arg) => arg.startsWith('--selectProjects'))) return [[[...args, ...ENGINES]]];
  if (args.length > 0) return [[[...args, ...ENGINES, '--selectProjects', 'unit', 'e2e', 'concurrency']]];
  return [
    [['--selectProjects', 'unit']],
    HALVES.map((half) => [half, ...ENGINES, '--selectProjects', 'e2e', 'concurrency']),
  ];
};

requireNode();
try {
  await ensureInstalled();
  let exitCode = 0;
  let number = 0;
  for (const runs of runsFor(process.argv.slice(2))) {
    // Two that redraw their progress would draw over each other: they say each file as it ends.
    const terminal = runs.length > 1 ? { TERM: 'dumb' } : {};
    const env = { ...process.env, TZ: 'UTC', ...terminal };
    const codes = await Promise.all(
      runs.map((args) => {
        const file = join(results ?? '', `embedded-${(number += 1)}.json`);
        const json = results ? ['--json', `--outputFile=${file}`] : [];
        return openly(tool('jest', ...json, ...args), { env });
      }),
    );
    exitCode ||= codes.find((code) => code !== 0) ?? 0;
  }
  process.exitCode = exitCode;
} catch (error) {
  reportAndExit(error);
}
