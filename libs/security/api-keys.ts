import type { PermissionName } from './permissions.js';

export interface KeyHolder {
  readonly tenantId: string;
  readonly keyId: string;
  readonly scopes: ReadonlySet<PermissionName>;
}

/**
 * Knows the API keys. Whoever checks a credential asks it; the context that keeps the keys answers, and answers a revocation
 * within a second.
 */
export abstract class ApiKeys {
  /** Whether a bearer token is meant to be an API key. */
  abstract isKey(token: string): boolean;

  /** Errors: `auth.key_invalid`, `auth.key_expired`, `auth.key_revoked`, `auth.key_rotated` (401), `auth.key_address_refused` (403). */
  abstract authenticate(key: string, address: string, traceId: string): Promise<KeyHolder>;
}
