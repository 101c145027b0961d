import { KeyRotation, RowsBroken } from '#libs/encryption';
import { isId } from '#libs/kernel';
import { createApp } from '../bootstrap.js';
import type { Say } from './generated.js';
import { onOwnEngines } from './own-engines.js';

/** Against the configured engines, without taking jobs from the workers that run. */
const withRotation = (work: (rotation: KeyRotation) => Promise<void>): Promise<void> =>
  onOwnEngines(async (settings) => {
    const quiet = {
      ...settings,
      log: { ...settings.log, level: 'warn' as const },
      process: { ...settings.process, role: 'api' as const },
    };
    const app = await createApp(quiet, { embedded: false });
    await app.init();
    try {
      await work(app.get(KeyRotation));
    } finally {
      await app.close();
    }
  });

/**
 * Wraps data keys with the active encryption key and seals what only SECRET_KEY has sealed. `--data`: new data keys for one tenant or
 * for all. Rows that do not open are told of at the end, when all others are done.
 */
export const rotateKeys = (args: readonly string[], say: Say): Promise<void> =>
  withRotation(async (rotation) => {
    const [flag, tenant, ...rest] = args;
    const unknown = flag !== undefined && flag !== '--data';
    if (unknown || rest.length > 0 || (tenant !== undefined && !isId(tenant)))
      throw new Error('Usage: rotate-keys [--data [<tenant id>]]');
    const broken: string[] = [];
    const withoutBroken = (work: Promise<number>): Promise<number> =>
      work.catch((error: unknown) => {
        if (!(error instanceof RowsBroken)) throw error;
        broken.push(...error.rows);
        return error.done;
      });
    say(`${await rotation.rewrap(say)} data keys wrapped anew.`);
    say(`${await withoutBroken(rotation.sealLegacy(say))} rows of before sealed with data keys.`);
    if (flag !== undefined) {
      let rows = 0;
      for await (const id of tenant === undefined ? rotation.realms() : [tenant])
        rows += await withoutBroken(rotation.rotateData(id, say));
      say(`${rows} rows sealed with new data keys.`);
    }
    if (broken.length > 0) throw new RowsBroken([...new Set(broken)]);
  });

export const sealData = (_args: readonly string[], say: Say): Promise<void> =>
  withRotation(async (rotation) => say(`${await rotation.sealData(say)} rows sealed.`));
