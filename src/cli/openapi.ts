import { readFile } from 'node:fs/promises';
import { loadSettings } from '#libs/config';
import {
  breakingChanges,
  buildOpenApi,
  houseRuleFaults,
  lostOperations,
  openApiFaults,
  type OperationsLock,
  operationsLockOf,
} from '#libs/http';
import { createApp } from '../bootstrap.js';
import { keep, onScratchEngines, type Say } from './generated.js';

type Document = ReturnType<typeof buildOpenApi>;

const DOCUMENT = 'openapi/openapi.json';
const BASELINE = 'openapi/baseline.json';
const EXCEPTIONS = 'openapi/lint-exceptions.json';
const LOCK = 'openapi/operations.lock.json';
const HOW = 'npm run openapi';

/**
 * Writes the document and locks new operationIds. `--check`: writes nothing, and fails on a file that is out of date. `--accept`: locked
 * operations may be moved or removed. `--release`: the document becomes the baseline that later ones may not break.
 * `--except <reason>`: the faults that are left are listed, with that reason, and may stay.
 * @throws Error naming the faults of the document, lost operations, and what breaks clients made for the baseline.
 */
export const openapi = async (args: readonly string[], say: Say): Promise<void> => {
  const document = await documentOfApp();
  refuse('The document has faults', openApiFaults(document));
  await lint(houseRuleFaults(document), args, say);

  const locked = JSON.parse(await readFile(LOCK, 'utf8').catch(() => '{}')) as OperationsLock;
  const operations = operationsLockOf(document);
  if (!args.includes('--accept')) refuse('Operations that clients know', lostOperations(locked, operations));

  const released = JSON.parse(await readFile(BASELINE, 'utf8').catch(() => '{}')) as object;
  const breaks = breakingChanges(released, document);
  if (!args.includes('--release'))
    refuse(
      `This breaks clients made for ${BASELINE} (to release it nevertheless, run "${HOW} -- --release" and say so in CHANGELOG.md)`,
      breaks,
    );

  await keep(DOCUMENT, textOf(document), args, say, HOW);
  await keep(LOCK, textOf(operations), args, say, HOW);
  if (!args.includes('--release')) return;
  for (const line of breaks) say(`  breaks: ${line}`);
  await keep(BASELINE, textOf(document), args, say, `${HOW} -- --release`);
};

/** Reason → the faults that may stay for it. One that is not found any more must leave the list. */
type Exceptions = Record<string, readonly string[]>;

const lint = async (faults: readonly string[], args: readonly string[], say: Say): Promise<void> => {
  const listed = JSON.parse(await readFile(EXCEPTIONS, 'utf8').catch(() => '{}')) as Exceptions;
  const short = (fault: string): string => fault.split(': ').slice(0, 2).join(': ');
  const found = new Set(faults.map(short));
  const kept: Exceptions = Object.fromEntries(
    Object.entries(listed)
      .map(([reason, known]): [string, string[]] => [reason, known.filter((fault) => found.has(fault))])
      .filter(([, known]) => known.length > 0),
  );
  const known = new Set(Object.values(kept).flat());
  const fresh = faults.filter((fault) => !known.has(short(fault)));
  const flag = args.indexOf('--except');
  const reason = flag < 0 ? undefined : args[flag + 1];
  if (reason === undefined || reason.startsWith('--'))
    refuse(`House rules (see docs/adr/0010; to let them stay: "${HOW} -- --except <reason>")`, fresh);
  else if (fresh.length > 0) kept[reason] = [...(kept[reason] ?? []), ...new Set(fresh.map(short))];
  await keep(EXCEPTIONS, textOf(kept), args, say, HOW);
};

const refuse = (title: string, faults: readonly string[]): void => {
  if (faults.length > 0) throw new Error(`${title}:\n${faults.map((f) => `  - ${f}`).join('\n')}`);
};

const textOf = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

const documentOfApp = (): Promise<Document> =>
  onScratchEngines(async ({ databaseUrl, redisUrl }) => {
    const settings = loadSettings({
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      LOG_LEVEL: 'error',
      LOG_DESTINATION: 'stdout',
      NODE_ENV: 'test',
      JWT_SECRET: 'only-to-build-the-document-with-it',
      SECRET_KEY: Buffer.alloc(32).toString('base64'),
      SIGNING_KEY: Buffer.alloc(32, 8).toString('base64'),
      AUDIT_KEY: Buffer.alloc(32, 9).toString('base64'),
    });
    const app = await createApp(settings, { embedded: false });
    try {
      return buildOpenApi(app);
    } finally {
      await app.close();
    }
  });
