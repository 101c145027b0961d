import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from './settings.js';

type Generated = {
  jwtSecret: string;
  secretKey: string;
  signingKey: string;
  auditKey: string;
  appSecret: string;
  verifyToken: string;
};

const read = (file: string): Partial<Generated> => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<Generated>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`cannot read the generated secrets in ${file}`, { cause: error });
  }
};

/**
 * Fills secrets that nobody set with random ones kept under DATA_DIR (mode 0600), so that a first start needs no
 * set-up and a restart keeps its sessions. Production never gets here: `loadSettings` requires them.
 */
export const withGeneratedSecrets = (settings: Settings): Settings => {
  const { security, audit, meta } = settings;
  const hasKey = security.secretKey ?? security.encryptionKeys ?? security.encryptionKeyFile;
  const set = [security.jwtSecret, hasKey, security.signingKey, audit.key, meta.appSecret, meta.verifyToken];
  if (set.every(Boolean)) return settings;
  const file = join(settings.process.dataDir, 'secrets.json');
  const kept = read(file);
  const secrets: Generated = {
    jwtSecret: kept.jwtSecret ?? randomBytes(48).toString('base64url'),
    secretKey: kept.secretKey ?? randomBytes(32).toString('base64'),
    signingKey: kept.signingKey ?? randomBytes(32).toString('base64'),
    auditKey: kept.auditKey ?? randomBytes(32).toString('base64'),
    appSecret: kept.appSecret ?? randomBytes(16).toString('hex'),
    verifyToken: kept.verifyToken ?? randomBytes(16).toString('hex'),
  };
  if (Object.keys(kept).length < Object.keys(secrets).length) {
    mkdirSync(settings.process.dataDir, { recursive: true });
    writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  }
  return {
    ...settings,
    security: {
      ...security,
      jwtSecret: security.jwtSecret ?? secrets.jwtSecret,
      secretKey: security.secretKey ?? (hasKey ? null : secrets.secretKey),
      signingKey: security.signingKey ?? secrets.signingKey,
    },
    audit: { ...audit, key: audit.key ?? secrets.auditKey },
    meta: {
      ...meta,
      appSecret: meta.appSecret ?? secrets.appSecret,
      verifyToken: meta.verifyToken ?? secrets.verifyToken,
    },
  };
};
