import { isId } from '#libs/kernel';

/**
 * A refresh token says its tenant, so that it is looked up inside that tenant like anything else: no function that
 * sees across tenants is needed. The rest is 256 random bits, of which only the hash is kept.
 */
export const refreshTokenOf = (tenantId: string, random: string): string =>
  tenantToken('refresh', tenantId, random);

/** Invitations, challenges and API keys do the same. */
const PREFIXES = { refresh: 'fdr', invitation: 'fdi', challenge: 'fdm', key: 'fdk' } as const;

export const tenantToken = (kind: keyof typeof PREFIXES, tenantId: string, random: string): string =>
  `${PREFIXES[kind]}_${tenantId.replaceAll('-', '')}_${random}`;

const FORMAT = /^(fd[rimk])_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_[\w-]{43}$/;

/** The tenant a token names; null for what cannot be one of ours. */
export const tenantOfToken = (token: string, kind: keyof typeof PREFIXES = 'refresh'): string | null => {
  const [, prefix, ...groups] = FORMAT.exec(token) ?? [];
  if (prefix !== PREFIXES[kind]) return null;
  const tenantId = groups.join('-');
  return isId(tenantId) ? tenantId : null;
};

export interface SpentSession {
  usedAt: Date | null;
  revokedAt: Date | null;
  expiresAt: Date;
}

export type Refusal = 'unknown' | 'revoked' | 'expired' | 'raced' | 'reused';

/**
 * Why a token that did not rotate was refused. `reused`: it had been used before, so its family must be revoked (RFC 9700,
 * 4.14.2). `raced`: it is good, but another request is just using it.
 */
export const refusalOf = (session: SpentSession | null, now: Date): Refusal => {
  if (!session) return 'unknown';
  if (session.revokedAt) return 'revoked';
  if (session.usedAt) return 'reused';
  return session.expiresAt <= now ? 'expired' : 'raced';
};
