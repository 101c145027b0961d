import { MIGRATIONS } from '#migrations';
import { ListRefresh } from '#contracts/kyb';
import { envExample } from '#libs/config';
import { isId, newId, runInContext } from '#libs/kernel';
import { DeadLetters } from '#libs/messaging';
import { migrate, schemaSnapshot } from '#libs/persistence';
import { createApp, migrateDatabase } from '../bootstrap.js';
import { auditKey, auditVerify } from './audit-commands.js';
import { DemoSeeder } from '../demo/demo-seeder.js';
import { keep, onScratchEngines, type Say } from './generated.js';
import { rotateKeys, sealData } from './key-commands.js';
import { refreshLists } from './kyb-lists.js';
import { openapi } from './openapi.js';
import { onOwnEngines } from './own-engines.js';

interface CliCommand {
  readonly help: string;
  readonly run: (args: readonly string[], say: Say) => Promise<void>;
}

export const COMMANDS: Readonly<Record<string, CliCommand>> = {
  migrate: {
    help: 'run pending migrations',
    run: (_args, say) =>
      onOwnEngines(async (settings) => {
        const ran = await migrateDatabase(settings);
        say(ran.length === 0 ? 'Nothing to migrate.' : ran.join('\n'));
      }),
  },
  seed: {
    help: 'set up the demo salon',
    run: (_args, say) =>
      onOwnEngines(async (settings) => {
        await migrateDatabase(settings);
        const app = await createApp(settings, { embedded: false });
        await app.listen(0, '127.0.0.1');
        const demo = await DemoSeeder.of(app, settings).seed();
        await app.close();
        say(demo ? `Sign in as ${demo.adminEmail} with ${demo.adminPassword}` : 'DEMO_SEED is off.');
      }),
  },
  replay: {
    help: 'deliver a dead letter again: replay <tenant id> <dead letter id>',
    run: ([tenantId, id], say) =>
      onOwnEngines(async (settings) => {
        if (!isId(tenantId) || !isId(id)) throw new Error('Usage: replay <tenant id> <dead letter id>');
        const app = await createApp(
          { ...settings, process: { ...settings.process, role: 'api' } },
          { embedded: false },
        );
        await app.init();
        const letters = app.get(DeadLetters);
        const actor = { kind: 'system', id: 'cli' } as const;
        await runInContext({ tenantId, actor, traceId: newId() }, () => letters.replay(id));
        await app.close();
        say('Queued; a worker takes it from here.');
      }),
  },
  'rotate-keys': {
    help: 'wrap data keys with the active encryption key, seal old secrets; --data [tenant id]: new data keys, rows sealed anew',
    run: rotateKeys,
  },
  'seal-data': {
    help: 'seal what is still plain from before there was encryption',
    run: sealData,
  },
  'audit-verify': {
    help: 'check an export of the audit trail, without a database: audit-verify <folder> --public-key <x> [--key <id>:<base64>]',
    run: auditVerify,
  },
  'audit-key': {
    help: 'print the MAC keys of a business for its auditor: audit-key <tenant id>',
    run: auditKey,
  },
  'kyb-lists': {
    help: 'fetch sanctions lists now: kyb-lists [list] [--accept HASH: believe the download that was refused]',
    run: (args, say) =>
      onOwnEngines(async (settings) => {
        await migrateDatabase(settings);
        const quiet = { ...settings.log, level: 'warn' as const };
        const app = await createApp(
          { ...settings, log: quiet, process: { ...settings.process, role: 'api' } },
          { embedded: false },
        );
        await app.init();
        try {
          await refreshLists(app.get(ListRefresh), args, say);
        } finally {
          await app.close();
        }
      }),
  },
  openapi: {
    help: 'write openapi/openapi.json and lock its operations [--check] [--accept: move or remove some] [--release: new baseline]',
    run: openapi,
  },
  schema: {
    help: 'write migrations/schema.txt [--check]',
    run: (args, say) =>
      onScratchEngines(async ({ databaseUrl }) => {
        await migrate(databaseUrl, MIGRATIONS);
        const text = await schemaSnapshot(databaseUrl);
        await keep('migrations/schema.txt', text, args, say, 'npm run cli -- schema');
      }),
  },
  'env-example': {
    help: 'write .env.example [--check]',
    run: (args, say) => keep('.env.example', envExample(), args, say, 'npm run cli -- env-example'),
  },
};
