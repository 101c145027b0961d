import { type Settings, settingsOfProcess } from '#libs/config';
import { withEngines } from '../engines.js';

/** The configured engines, or the embedded ones, for the time of `work`. */
export const onOwnEngines = async (work: (settings: Settings) => Promise<void>): Promise<void> => {
  const { settings, embedded } = await withEngines(settingsOfProcess(), (reason) => {
    throw new Error(reason);
  });
  try {
    await work(settings);
  } finally {
    await embedded?.stop();
  }
};
