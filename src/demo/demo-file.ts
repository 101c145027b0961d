import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `npm run demo:whatsapp` and a returning newcomer need to know; under DATA_DIR, readable by its owner alone. */
export interface DemoFile {
  readonly baseUrl: string;
  readonly adminEmail: string;
  readonly adminPassword: string;
  readonly phoneNumberId: string;
  readonly appSecret: string;
  readonly verifyToken: string;
}

const pathIn = (dataDir: string): string => join(dataDir, 'demo.json');

export const readDemoFile = (dataDir: string): Partial<DemoFile> => {
  try {
    return JSON.parse(readFileSync(pathIn(dataDir), 'utf8')) as Partial<DemoFile>;
  } catch {
    return {};
  }
};

export const writeDemoFile = (dataDir: string, demo: DemoFile): void => {
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(pathIn(dataDir), `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
};
