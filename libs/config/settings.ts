import { CATALOGUE } from './catalogue.js';
import type { Setting } from './setting.js';

type Catalogue = typeof CATALOGUE;
type ValueOf<S> = S extends Setting<infer T> ? T : never;
type SettingsTree = {
  readonly [G in keyof Catalogue]: {
    readonly [K in keyof Catalogue[G]]: Catalogue[G][K] extends readonly [string, infer S]
      ? ValueOf<S>
      : never;
  };
};

/** The validated settings; a Nest injection token that is also their type. */
export abstract class Settings {}
export interface Settings extends SettingsTree {}

const entries = function* (): Generator<{
  group: string;
  key: string;
  name: string;
  setting: Setting<unknown>;
}> {
  for (const [group, members] of Object.entries(CATALOGUE))
    for (const [key, [name, setting]] of Object.entries(
      members as Record<string, readonly [string, Setting<unknown>]>,
    ))
      yield { group, key, name, setting };
};

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads every setting from `environment` once. An empty variable counts as not set.
 * @throws Error that names every wrong variable and what it must be; secret values are not repeated.
 */
export const loadSettings = (environment: Environment): Settings => {
  const tree: Record<string, Record<string, unknown>> = {};
  const wrong: string[] = [];
  for (const { group, key, name, setting } of entries()) {
    const given = environment[name]?.trim();
    let value = setting.fallback;
    if (given !== undefined && given !== '') {
      try {
        value = setting.parse(given);
      } catch (error) {
        wrong.push(`${name}${setting.secret ? '' : `="${given}"`} ${(error as Error).message}`);
      }
    }
    (tree[group] ??= {})[key] = value;
  }
  const settings = tree as unknown as Settings;
  if (wrong.length === 0) wrong.push(...missingInProduction(settings));
  if (wrong.length > 0) throw new Error(`Wrong settings:\n${wrong.map((line) => `  - ${line}`).join('\n')}`);
  return settings;
};

const missingInProduction = ({
  process: { environment },
  database,
  redis,
  security,
  audit,
  meta,
}: Settings): string[] => {
  if (environment !== 'production') return [];
  const required = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    JWT_SECRET: security.jwtSecret,
    'One of SECRET_KEY, ENCRYPTION_KEYS and ENCRYPTION_KEY_FILE':
      security.secretKey ?? security.encryptionKeys ?? security.encryptionKeyFile,
    SIGNING_KEY: security.signingKey,
    AUDIT_KEY: audit.key,
    META_APP_SECRET: meta.appSecret,
    META_VERIFY_TOKEN: meta.verifyToken,
  };
  return Object.entries(required)
    .filter(([, value]) => value === null)
    .map(([name]) => `${name} is required when NODE_ENV=production`);
};

/** The text of `.env.example`: every variable, commented out, with its default. */
export const envExample = (): string => {
  const lines = [
    '# Every setting of Frontdesk with its default. Copy to .env and uncomment what you change.',
  ];
  let current = '';
  for (const { group, name, setting } of entries()) {
    if (group !== current) lines.push('', `# --- ${group} ---`);
    current = group;
    lines.push(`# ${setting.doc}`, `# ${name}=${setting.example}`);
  }
  return `${lines.join('\n')}\n`;
};
