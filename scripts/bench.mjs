import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { ensureBuilt, ensureInstalled, reportAndExit, requireNode, seconds, StepFailed } from './lib.mjs';

const BENCHMARKS = {
  ack: ['../bench/webhook-ack.mjs', 'webhookAck'],
  reply: ['../bench/inbound-reply.mjs', 'inboundReply'],
  fifo: ['../bench/thread-fifo.mjs', 'threadFifo'],
  slots: ['../bench/slot-search.mjs', 'slotSearch'],
  sealing: ['../bench/field-encryption.mjs', 'fieldEncryption'],
  contest: ['../bench/contested-booking.mjs', 'contestedBooking'],
  isolation: ['../bench/isolation.mjs', 'isolation'],
  audit: ['../bench/audit-entry.mjs', 'auditEntry'],
  throttler: ['../bench/throttler.mjs', 'throttler'],
  matcher: ['../bench/matcher.mjs', 'matcher'],
  kyb: ['../bench/kyb-screening.mjs', 'kybScreening'],
};

const HELP = `npm run bench -- [--quick] [--json FILE] [--only ${Object.keys(BENCHMARKS).join(',')}]

Each figure stands beside a floor measured in the same run (floor, app, floor); a row is void when the two floors
differ by more than 10 %. Needs a real PostgreSQL and Valkey: DATABASE_URL and REDIS_URL, or ../shared/tools/real-services.`;

const optionsOf = (args) => {
  const options = { quick: false, json: null, only: Object.keys(BENCHMARKS) };
  for (let i = 0; i < args.length; i += 1) {
    if (args[i] === '--quick') options.quick = true;
    else if (args[i] === '--json') options.json = args[(i += 1)] ?? '';
    else if (args[i] === '--only') options.only = (args[(i += 1)] ?? '').split(',');
    else throw new StepFailed(HELP);
  }
  if (options.only.some((name) => !(name in BENCHMARKS))) throw new StepFailed(HELP);
  return options;
};

const verdictOf = ({ voided, met }) => (voided ? 'void' : met === undefined ? '-' : met ? 'met' : 'MISSED');

const table = (rows) => {
  const columns = ['what', 'app', 'floor', 'ratio', 'goal', 'verdict'];
  const cells = rows.map((row) => {
    const ratio = row.ratio === undefined ? '' : row.ratio.toFixed(2);
    return { ...row, ratio, goal: row.goal ?? '', floor: row.floor ?? '', verdict: verdictOf(row) };
  });
  const titles = {
    what: 'Benchmark',
    app: 'App',
    floor: 'Floor',
    ratio: 'App / floor',
    goal: 'Goal',
    verdict: '',
  };
  const width = (column) =>
    Math.max(titles[column].length, ...cells.map((cell) => String(cell[column]).length));
  const line = (cell) =>
    `| ${columns.map((column) => String(cell[column]).padEnd(width(column))).join(' | ')} |`;
  const rule = `| ${columns.map((column) => '-'.repeat(width(column))).join(' | ')} |`;
  return [line(titles), rule, ...cells.map(line)].join('\n');
};

requireNode();
try {
  const options = optionsOf(process.argv.slice(2));
  await ensureInstalled();
  await ensureBuilt();
  const { findEngines, forgetKeys } = await import('../bench/support/engines.mjs');
  const engines = await findEngines();
  const rows = [];
  try {
    for (const name of options.only) {
      const startedAt = performance.now();
      const [file, run] = BENCHMARKS[name];
      const found = await (await import(file))[run]({ engines, quick: options.quick });
      rows.push(...found.map((row) => ({ benchmark: name, ...row })));
      console.log(`${name}: ${found.map((row) => verdictOf(row)).join(', ')}  ${seconds(startedAt)}`);
    }
  } finally {
    await forgetKeys(engines.redisUrl);
  }
  console.log(`\n${table(rows)}\n`);
  const about = { cores: cpus().length, node: process.version, quick: options.quick };
  if (options.json) writeFileSync(options.json, JSON.stringify({ ...about, rows }, null, 2));
} catch (error) {
  reportAndExit(error);
}
