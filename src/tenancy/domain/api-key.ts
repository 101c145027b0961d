import { DomainError } from '#libs/kernel';
import { tenantOfToken, tenantToken } from './refresh-token.js';

/** What decides whether a key is taken. */
export interface KeyState {
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** The key that replaced it. */
  readonly rotatedTo: string | null;
  /** Of a key that was replaced: until when it is still good. */
  readonly goodUntil: Date | null;
}

const SHOWN = 6;

export const apiKeyOf = (tenantId: string, random: string): string => tenantToken('key', tenantId, random);

/** The tenant a key names; null for what cannot be one of ours. */
export const tenantOfKey = (key: string): string | null => tenantOfToken(key, 'key');

export const isApiKey = (token: string): boolean => token.startsWith('fdk_');

/** What of a key is shown ever after: enough to tell it from others, and nothing to guess it by. */
export const prefixOf = (random: string): string => `fdk_…_${random.slice(0, SHOWN)}`;

const refused = (code: string, detail: string): DomainError =>
  new DomainError('unauthenticated', code, detail);

export const keyInvalid = (): DomainError =>
  refused('auth.key_invalid', 'There is no such API key: check that it was copied whole.');

/** Errors (401): `auth.key_revoked`, `auth.key_rotated`, `auth.key_expired`. */
export const assertKeyServes = (key: KeyState, now: Date): void => {
  if (key.revokedAt) throw refused('auth.key_revoked', 'This API key was revoked.');
  if (key.rotatedTo && (!key.goodUntil || key.goodUntil <= now))
    throw refused('auth.key_rotated', 'This API key was replaced: use the one that replaced it.');
  if (key.expiresAt && key.expiresAt <= now)
    throw refused('auth.key_expired', 'This API key has expired: make another.');
};
