import type { CertificateState } from './certificate.js';

/** `grace`: the proof was not found again. `suspended`: for too long; the name is free for whoever proves it. */
export type Ownership = 'unproven' | 'proven' | 'grace' | 'suspended';

export interface CustomDomain {
  readonly id: string;
  /** ASCII, as browsers send it. */
  readonly name: string;
  readonly token: string;
  readonly status: CertificateState;
  readonly ownership: Ownership;
  /** Whether it was seen to point to the installation by CNAME. */
  readonly pointed: boolean;
  readonly claimExpiresAt: Date;
  readonly verifiedAt: Date | null;
  readonly checkedAt: Date | null;
  readonly nextCheckAt: Date | null;
  readonly graceUntil: Date | null;
  readonly certificateNotAfter: Date | null;
  readonly certificateError: string | null;
  readonly createdAt: Date;
  readonly version: number;
}

/** What the DNS was seen to say. */
export interface DnsFindings {
  /** The token stands at its place. */
  readonly proof: boolean;
  /** The CNAME leads to the installation; null where none is asked for. */
  readonly points: boolean | null;
}

export interface CheckRules {
  readonly recheckMs: number;
  readonly graceMs: number;
}

const MINUTE_MS = 60_000;

/** Where a domain stands after its proof was seen. */
export const proven = (
  domain: CustomDomain,
  found: DnsFindings,
  now: Date,
  rules: CheckRules,
): CustomDomain => ({
  ...domain,
  status: domain.status === 'pending_dns' || domain.status === 'revoked' ? 'verified' : domain.status,
  ownership: 'proven',
  pointed: domain.pointed || found.points === true,
  verifiedAt: domain.ownership === 'proven' || domain.ownership === 'grace' ? domain.verifiedAt : now,
  checkedAt: now,
  nextCheckAt: new Date(now.getTime() + rules.recheckMs),
  graceUntil: null,
});

/**
 * Where a proved domain stands after a check. Its TXT record must stay; and once its CNAME was seen to lead here, that must
 * stay as well. What is missing gets time to come back; then the domain is suspended and its certificate revoked.
 */
export const rechecked = (
  domain: CustomDomain,
  found: DnsFindings,
  now: Date,
  rules: CheckRules,
): CustomDomain => {
  if (domain.ownership !== 'proven' && domain.ownership !== 'grace') return domain;
  if (found.proof && !(domain.pointed && found.points === false)) return proven(domain, found, now, rules);
  const graceUntil = domain.graceUntil ?? new Date(now.getTime() + rules.graceMs);
  const missing = { ...domain, pointed: domain.pointed || found.points === true, checkedAt: now };
  if (graceUntil <= now)
    return {
      ...missing,
      ownership: 'suspended',
      status: 'revoked',
      graceUntil: null,
      nextCheckAt: null,
      certificateNotAfter: null,
    };
  // Looked for more often now, and at the latest when the grace is over.
  const soon = Math.min(now.getTime() + Math.max(MINUTE_MS, rules.recheckMs / 8), graceUntil.getTime());
  return { ...missing, ownership: 'grace', graceUntil, nextCheckAt: new Date(soon) };
};
