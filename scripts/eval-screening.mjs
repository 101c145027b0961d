import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { compiledEntry } from '../libs/testing/compiled-entry.mjs';
import { ROOT } from './lib.mjs';

const DATA = join(ROOT, '..', 'shared', 'data', 'kyb');
const USAGE = `Usage: npm run eval:screening -- --pairs FILE --recall FILE --negatives FILE [--lists FILE] [--json]
  --pairs      CSV with the columns of name-pairs.csv
  --recall     CSV with the columns of screening-recall-un.csv
  --negatives  CSV (or .csv.gz) with a column full_name: people who are on no list
  --lists      TSV list, entity_id, type, name, script: what recall and negatives are searched in
               (default ${relative(process.cwd(), join(DATA, 'all-names.tsv'))})
  --exact N    hold the index against brute force: N queries, and every eighth entry of the lists
  --threshold  basis points instead of the matcher's own, for a look at the curve`;

/** The matcher from its sources, whatever is built. */
export const loadMatcher = () => import(pathToFileURL(compiledEntry('screening', 'index')).href);

const text = (file) => {
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
};
const table = (file) => parse(text(file), { columns: true, bom: true });

export const readLists = (file = join(DATA, 'all-names.tsv')) => {
  const entries = new Map();
  for (const line of text(file).split('\n').slice(1)) {
    const [list, id, type, name] = line.split('\t');
    if (!name) continue;
    const key = `${list}:${id}`;
    if (!entries.has(key))
      entries.set(key, { id: key, kind: type === 'P' ? 'person' : 'organisation', names: [] });
    entries.get(key).names.push({ text: name });
  }
  return [...entries.values()];
};

const KINDS = { person: 'person', company: 'organisation', organization: 'organisation', vessel: 'vessel' };
const LISTS = /^(?:eu_fsf|gb_uksl|un):/;
const LATIN = /^[\P{L}\p{Script=Latin}]*$/u;
const isLatin = (name) => LATIN.test(name);
const across = (script) => (row) =>
  row.entity_type === 'person' &&
  /^(?:cross-script|random negative cross-script)/.test(row.category) &&
  script.test(row.query_name) &&
  isLatin(row.list_name);

/** The categories of the goals; all but the last leave out rows of WEAK quality. */
const CATEGORIES = {
  all: () => true,
  nomenklatura: (row) => row.source.startsWith('nomenklatura'),
  curated: (row) => row.source.startsWith('nomenklatura') && !row.source.includes('synth_'),
  latinLists: (row) => LISTS.test(row.source) && isLatin(row.query_name) && isLatin(row.list_name),
  cyrillicPersons: across(/\p{Script=Cyrillic}/u),
  arabicPersons: across(/\p{Script=Arabic}/u),
  hanHangulPersons: across(/[\p{Script=Han}\p{Script=Hangul}]/u),
  hebrewPersons: across(/\p{Script=Hebrew}/u),
  weak: (row) => row.quality === 'WEAK',
};

const round = (number) => Math.round(number * 10_000) / 10_000;
const measure = (rows) => {
  const count = (matched, should) =>
    rows.filter((row) => row.matched === matched && row.should === should).length;
  const [hits, wrong, missed] = [count(true, true), count(true, false), count(false, true)];
  const p = hits + wrong === 0 ? 1 : hits / (hits + wrong);
  const r = hits + missed === 0 ? 1 : hits / (hits + missed);
  return { p: round(p), r: round(r), f1: p + r === 0 ? 0 : round((2 * p * r) / (p + r)), n: rows.length };
};

const evaluatePairs = ({ compare }, file, threshold) => {
  const rows = table(file).map((row) => {
    const kind = KINDS[row.entity_type] ?? 'unknown';
    const entry = { id: 'pair', kind, names: [{ text: row.list_name }] };
    const { score } = compare({ names: [row.query_name], kind }, entry);
    return { ...row, matched: score >= threshold, should: row.should_match === 'true' };
  });
  return Object.fromEntries(
    Object.entries(CATEGORIES).map(([name, belongs]) => [
      name,
      measure(rows.filter((row) => belongs(row) && (name === 'weak') === (row.quality === 'WEAK'))),
    ]),
  );
};

const evaluateRecall = (index, file, threshold) => {
  const rows = table(file);
  const found = rows.filter((row) =>
    index
      .search({ names: [row.query_name], kind: 'person' }, { threshold, limit: 100_000 })
      .some(({ entryId }) => entryId === `${row.expected_list}:${row.expected_id}`),
  );
  return { found: found.length, n: rows.length };
};

const evaluateAlerts = (index, file, threshold) => {
  const rows = table(file);
  const alerts = rows.filter(
    (row) => index.search({ names: [row.full_name], kind: 'person' }, { threshold, limit: 1 }).length > 0,
  );
  return rows.length === 0 ? 0 : alerts.length / rows.length;
};

const EVERY = 8;

/** Queries that hit and that do not: listed names, some with a letter lost, and names on no list. */
const sampleQueries = (entries, negatives, count) => {
  const listed = entries.flatMap(({ kind, names }) => names.map(({ text: name }) => ({ name, kind })));
  const strangers = negatives
    ? table(negatives).map((row) => ({ name: row.full_name, kind: 'person' }))
    : listed;
  return Array.from({ length: count }, (_, at) => {
    const from = at % 3 === 2 ? strangers : listed;
    const { name, kind } = from[(at * 7919) % from.length];
    const broken = at % 3 === 1 ? name.slice(0, name.length >> 1) + name.slice((name.length >> 1) + 1) : name;
    return { names: [broken], kind };
  });
};

const evaluateExactness = ({ buildIndex, compare }, all, negatives, count, threshold) => {
  const entries = all.filter((_, at) => at % EVERY === 0);
  const index = buildIndex(entries);
  const result = { queries: count, top: 0, hits: 0, found: 0, sameScore: 0 };
  for (const query of sampleQueries(entries, negatives, count)) {
    const right = entries
      .map((entry) => ({ id: entry.id, score: compare(query, entry).score }))
      .filter(({ score }) => score >= threshold)
      .sort((a, b) => b.score - a.score);
    const hits = new Map(
      index.search(query, { threshold, limit: 100_000 }).map((hit) => [hit.entryId, hit.score]),
    );
    const top = Math.max(0, ...hits.values());
    if (top === (right[0]?.score ?? 0)) result.top += 1;
    result.hits += right.length;
    result.found += right.filter(({ id }) => hits.has(id)).length;
    result.sameScore += right.filter(({ id, score }) => hits.get(id) === score).length;
    if (hits.size > right.length) result.sameScore -= hits.size - right.length;
  }
  return result;
};

const main = async () => {
  const string = { type: 'string' };
  const { values } = parseArgs({
    options: {
      pairs: string,
      recall: string,
      negatives: string,
      lists: string,
      threshold: string,
      exact: string,
      json: { type: 'boolean' },
    },
  });
  if (!values.pairs && !values.recall && !values.negatives && !values.exact) {
    console.error(USAGE);
    process.exit(2);
  }
  const matcher = await loadMatcher();
  const threshold = Number(values.threshold ?? matcher.ALERT_THRESHOLD);
  const result = { threshold, matcher: matcher.MATCHER_VERSION };
  if (values.pairs) result.pairs = evaluatePairs(matcher, values.pairs, threshold);
  if (values.recall || values.negatives) {
    const index = matcher.buildIndex(readLists(values.lists));
    result.index = {
      entries: index.entryCount,
      names: index.nameCount,
      megabytes: round(index.byteLength / 1e6),
    };
    if (values.recall) result.recall = evaluateRecall(index, values.recall, threshold);
    if (values.negatives) result.alertRate = evaluateAlerts(index, values.negatives, threshold);
  }
  if (values.exact)
    result.exact = evaluateExactness(
      matcher,
      readLists(values.lists),
      values.negatives,
      Number(values.exact),
      threshold,
    );
  if (values.json) console.log(JSON.stringify(result));
  else print(result);
};

const percent = (number) => `${(number * 100).toFixed(2)} %`;
const print = ({ threshold, matcher, pairs, recall, alertRate, index, exact }) => {
  console.log(`Matcher ${matcher}, threshold ${threshold}`);
  for (const [name, { p, r, f1, n }] of Object.entries(pairs ?? {}))
    console.log(`  ${name.padEnd(18)} P ${p.toFixed(4)}  R ${r.toFixed(4)}  F1 ${f1.toFixed(4)}  ${n} pairs`);
  if (index)
    console.log(`  index              ${index.entries} entries, ${index.names} names, ${index.megabytes} MB`);
  if (recall)
    console.log(`  recall             ${recall.found} of ${recall.n}, ${percent(recall.found / recall.n)}`);
  if (exact)
    console.log(
      `  exact              ${exact.top} of ${exact.queries} top hits, ${exact.found} of ${exact.hits} hits, ${exact.sameScore} with the same score`,
    );
  if (alertRate !== undefined)
    console.log(`  alerts             ${percent(alertRate)} of the names on no list`);
};

if (process.argv[1] === import.meta.filename) await main();
