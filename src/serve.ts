import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Settings, settingsOfProcess } from '#libs/config';
import { createApp, migrateDatabase } from './bootstrap.js';
import { DemoSeeder } from './demo/demo-seeder.js';
import { welcome } from './demo/welcome.js';
import { withEngines } from './engines.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const fail = (error: unknown): never => {
  process.stderr.write(`\nFrontdesk could not start.\n${(error as Error).message}\n`);
  process.exit(1);
};

/** Runs this process in its role until a signal ends it. */
export const serve = async (role?: Settings['process']['role']): Promise<void> => {
  try {
    const configured = settingsOfProcess();
    await run(role ? { ...configured, process: { ...configured.process, role } } : configured);
  } catch (error) {
    fail(error);
  }
};

const run = async (configured: Settings): Promise<void> => {
  if (!configured.database.url || !configured.redis.url)
    say('Starting the embedded PostgreSQL and Valkey ...');
  const { settings, embedded } = await withEngines(configured, (reason) => fail(new Error(reason)));
  let app: NestFastifyApplication | null = null;
  const stop = once(async () => {
    // Whatever hangs, the terminal comes back.
    setTimeout(() => process.exit(1), 9_000).unref();
    await app?.close().catch(() => undefined);
    await embedded?.stop();
    process.exit(0);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
  // `npm start` holds this channel: it closes when that process is killed.
  if (process.channel) process.once('disconnect', () => void stop());
  try {
    if (settings.database.migrateOnStart) {
      const ran = await migrateDatabase(settings);
      if (ran.length > 0) say(`Database migrated (${ran.length} step${ran.length === 1 ? '' : 's'}).`);
    }
    app = await createApp(settings, { embedded: embedded !== null });
    await app.listen(settings.http.port, settings.http.host);
    const demo = await DemoSeeder.of(app, settings).seed();
    say(welcome({ settings, url: await app.getUrl(), embedded: embedded !== null, demo }));
  } catch (error) {
    await app?.close().catch(() => undefined);
    await embedded?.stop();
    throw error;
  }
};

const once = (action: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | null = null;
  return () => (running ??= action());
};
