import { parseArgs } from 'node:util';
import { loadMatcher, readLists } from '../scripts/eval-screening.mjs';

// Names a second of one thread over the lists, and the latency of one search: node bench/screening.mjs [--queries N] [--lists FILE]

const { values } = parseArgs({
  options: { queries: { type: 'string', default: '10000' }, lists: { type: 'string' } },
});
const { buildIndex } = await loadMatcher();
const entries = readLists(values.lists);
const cpu = (since) => Object.values(process.cpuUsage(since)).reduce((sum, each) => sum + each, 0) / 1000;

const beforeBuild = process.cpuUsage();
const index = buildIndex(entries);
console.log(
  `index      ${index.nameCount} names, ${(index.byteLength / 1e6).toFixed(1)} MB, built in ${cpu(beforeBuild).toFixed(0)} ms of CPU`,
);

// Every listed given name with every listed family name a prime apart: names that are on no list but look as if.
const persons = entries
  .filter(({ kind }) => kind === 'person')
  .map(({ names }) => names[0].text.split(/[\s,]+/));
const queries = Array.from({ length: Number(values.queries) }, (_, at) => {
  const one = persons[(at * 7919) % persons.length];
  const other = persons[(at * 104_729 + 17) % persons.length];
  return { names: [`${one[0]} ${other.at(-1)}`], kind: 'person' };
});
for (const round of ['cold', 'warm']) {
  const times = [];
  const before = process.cpuUsage();
  for (const query of queries) {
    const startedAt = performance.now();
    index.search(query);
    times.push(performance.now() - startedAt);
  }
  const spent = cpu(before);
  times.sort((a, b) => a - b);
  const at = (share) => `${(times[Math.floor(times.length * share)] * 1000).toFixed(0)} µs`;
  console.log(
    `${round.padEnd(10)} ${Math.round((queries.length / spent) * 1000)} names/s of CPU, p50 ${at(0.5)}, p99 ${at(0.99)}`,
  );
}
