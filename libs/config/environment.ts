import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { loadSettings, type Settings } from './settings.js';
import { withGeneratedSecrets } from './generated-secrets.js';

/** Settings of this process: the environment over `.env` over the defaults. The one place that reads `process.env`. */
export const settingsOfProcess = (): Settings => {
  if (existsSync('.env')) loadEnvFile('.env');
  return withGeneratedSecrets(loadSettings(process.env));
};
