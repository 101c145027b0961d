import { type Embedded, startEmbedded } from '#libs/embedded';
import type { Settings } from '#libs/config';

export interface Engines {
  readonly settings: Settings;
  readonly embedded: Embedded | null;
}

/** The settings with both URLs known: those that were set, or those of embedded engines started for what is missing. */
export const withEngines = async (settings: Settings, onLost: (reason: string) => void): Promise<Engines> => {
  const { database, redis } = settings;
  if (database.url && redis.url) return { settings, embedded: null };
  const embedded = await startEmbedded({ dataDir: settings.process.dataDir, onLost });
  return {
    embedded,
    settings: {
      ...settings,
      // The embedded engine runs one transaction at a time: more connections would only wait in line.
      database: database.url
        ? database
        : { ...database, url: embedded.databaseUrl, poolSize: Math.min(database.poolSize, 10) },
      redis: redis.url ? redis : { ...redis, url: embedded.redisUrl },
    },
  };
};
