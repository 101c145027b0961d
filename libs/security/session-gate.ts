import type { AccessClaims } from './token-signer.js';

/**
 * Knows the logins that are over before their access tokens are. Whoever checks a token asks it; the context that keeps the logins
 * answers. It must answer fast, and may not answer false for a login that it was told has ended.
 */
export abstract class SessionGate {
  abstract isRevoked(session: Pick<AccessClaims, 'tenantId' | 'sessionId'>): Promise<boolean>;
}
