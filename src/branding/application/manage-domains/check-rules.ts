import type { Settings } from '#libs/config';
import { DomainError } from '#libs/kernel';
import { aged, type Certificate } from '../../domain/certificate.js';
import type { CheckRules, CustomDomain } from '../../domain/custom-domain.js';

const HOUR_MS = 3_600_000;

export const rulesOf = ({ domains }: Settings): CheckRules => ({
  recheckMs: domains.recheckHours * HOUR_MS,
  graceMs: domains.graceHours * HOUR_MS,
});

export const certificateOf = (domain: CustomDomain): Certificate => ({
  status: domain.status,
  notAfter: domain.certificateNotAfter,
  error: domain.certificateError,
});

export const withCertificate = (domain: CustomDomain, certificate: Certificate): CustomDomain => ({
  ...domain,
  status: certificate.status,
  certificateNotAfter: certificate.notAfter,
  certificateError: certificate.error,
});

/** As it is at `now`: a certificate runs out whether anybody looks or not. */
export const current = (domain: CustomDomain, now: Date): CustomDomain =>
  withCertificate(domain, aged(now, certificateOf(domain)));

/** Looked at when its certificate runs out, if that is before its next check. */
export const scheduled = (domain: CustomDomain, now: Date): CustomDomain => {
  const { certificateNotAfter, nextCheckAt } = domain;
  return certificateNotAfter !== null &&
    nextCheckAt !== null &&
    certificateNotAfter > now &&
    certificateNotAfter < nextCheckAt
    ? { ...domain, nextCheckAt: certificateNotAfter }
    : domain;
};

export const foundDomain = (domain: CustomDomain | null, id: string): CustomDomain => {
  if (domain) return domain;
  throw new DomainError(
    'not-found',
    'domains.not_found',
    `There is no domain with id ${id}. List the domains.`,
  );
};

export const assertClaimOpen = (domain: CustomDomain, now: Date): void => {
  if (domain.ownership === 'unproven' && domain.claimExpiresAt <= now)
    throw new DomainError(
      'conflict',
      'domains.claim_expired',
      'The claim was not proved in time. Add the domain again and set the new record.',
    );
};
