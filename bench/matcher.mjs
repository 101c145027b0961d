import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { ALERT_THRESHOLD, compare, ScreeningIndex, ScreeningPool } from '../dist/libs/screening/index.js';
import { readLists } from '../scripts/eval-screening.mjs';
import { oracle, quantile } from './support/stats.mjs';

const DATA = join(import.meta.dirname, '..', '..', 'shared', 'data', 'kyb');
const THREADS = 2;
/** Queries handed over at once, as a pass over counterparties does it. */
const BATCH = 1_000;

/** The matcher alone, over the names of all lists: index, names a second in two threads, one search at a time. */
export const matcher = async ({ quick }) => {
  const entries = readLists();
  const rows = parse(gunzipSync(readFileSync(join(DATA, 'yente/negatives_global.csv.gz'))), {
    columns: true,
  });
  const queries = rows
    .slice(0, quick ? 10_000 : rows.length)
    .map(({ full_name: name }) => ({ names: [name], kind: 'person' }));
  const pool = new ScreeningPool({ threads: THREADS });
  try {
    const part = { name: 'all', version: '1', entries: () => [entries] };
    const buildAt = performance.now();
    const index = await pool.refresh([part]);
    const built = (performance.now() - buildAt) / 1000;
    // Some names are compared with every entry: the index may lose none of their hits.
    const sampled = queries.filter((_, at) => at % (quick ? 1_000 : 2_500) === 0);
    const found = await pool.search(index, sampled, { limit: 1_000 });
    sampled.forEach((query, at) => {
      const all = entries
        .map((entry) => ({ entryId: entry.id, score: compare(query, entry).score }))
        .filter(({ score }) => score >= ALERT_THRESHOLD);
      const text = (hits) => JSON.stringify(hits.map(({ entryId, score }) => `${entryId} ${score}`).sort());
      oracle(text(found[at]) === text(all), `the index and brute force differ for a name`);
    });

    const perSecond = async () => {
      const startedAt = performance.now();
      const batches = [];
      for (let at = 0; at < queries.length; at += BATCH)
        batches.push(pool.search(index, queries.slice(at, at + BATCH), {}));
      const hits = (await Promise.all(batches)).flat();
      oracle(hits.length === queries.length, `${hits.length} of ${queries.length} names answered`);
      return (queries.length * 1000) / (performance.now() - startedAt);
    };
    const cold = await perSecond();
    const warm = await perSecond();

    const here = new ScreeningIndex(index.data);
    const times = queries.slice(0, 10_000).map((query) => {
      const startedAt = performance.now();
      here.search(query);
      return (performance.now() - startedAt) * 1000;
    });
    const sizes = [index.data, index.data.keys, index.data.identifiers]
      .flatMap((each) => Object.values(each))
      .map((value) => (ArrayBuffer.isView(value) ? value.byteLength : 0));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    return [
      {
        what: `Matcher: index of ${entries.length} entries from nothing, in a thread`,
        app: `${built.toFixed(2)} s`,
      },
      {
        what: `Matcher: ${queries.length} names of no list, ${THREADS} threads, never seen before`,
        app: `${Math.round(cold)}/s`,
        goal: '10000/s',
        met: cold >= 10_000,
      },
      { what: 'The same again', app: `${Math.round(warm)}/s` },
      {
        what: 'Matcher: one name never seen before, p50',
        app: `${Math.round(quantile(times, 0.5))} µs`,
        goal: '150 µs',
        met: quantile(times, 0.5) <= 150,
      },
      { what: 'p99', app: `${Math.round(quantile(times, 0.99))} µs` },
      {
        what: 'Memory of the index, shared',
        app: `${(bytes / 1e6).toFixed(1)} MB`,
        goal: '150 MB',
        met: bytes <= 150e6,
      },
    ];
  } finally {
    await pool.close();
  }
};
