import { MIGRATIONS } from '#migrations';
import { ListRefresh } from '#contracts/kyb';
import { envExample } from '#libs/config';
import { isId, newId, runInContext } from '#libs/kernel';
import { DeadLetters } from '#libs/messaging';
import { migrate, schemaSnapshot } from '#libs/persistence';
import { createApp, migrateDatabase } from '../bootstrap.js';
import { DemoSeeder } from '../demo/demo-seeder.js';
import type { Run } from './commands.js';
import { keep, onScratchEngines } from './generated.js';
import { refreshLists } from './kyb-lists.js';
import { onOwnEngines } from './own-engines.js';

export const runMigrations: Run = (_args, say) =>
  onOwnEngines(async (settings) => {
    const ran = await migrateDatabase(settings);
    say(ran.length === 0 ? 'Nothing to migrate.' : ran.join('\n'));
  });

export const seed: Run = (_args, say) =>
  onOwnEngines(async (settings) => {
    await migrateDatabase(settings);
    const app = await createApp(settings, { embedded: false });
    await app.listen(0, '127.0.0.1');
    const demo = await DemoSeeder.of(app, settings).seed();
    await app.close();
    say(demo ? `Sign in as ${demo.adminEmail} with ${demo.adminPassword}` : 'DEMO_SEED is off.');
  });

export const replay: Run = ([tenantId, id], say) =>
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
  });

export const kybLists: Run = (args, say) =>
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
  });

export const writeSchema: Run = (args, say) =>
  onScratchEngines(async ({ databaseUrl }) => {
    await migrate(databaseUrl, MIGRATIONS);
    const text = await schemaSnapshot(databaseUrl);
    await keep('migrations/schema.txt', text, args, say, 'npm run cli -- schema');
  });

export const writeEnvExample: Run = (args, say) =>
  keep('.env.example', envExample(), args, say, 'npm run cli -- env-example');
