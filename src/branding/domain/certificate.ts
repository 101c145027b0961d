import { DomainError } from '#libs/kernel';

export const CERTIFICATE_STATES = [
  'pending_dns',
  'verified',
  'issuing',
  'active',
  'renewing',
  'failed',
  'expired',
  'revoked',
] as const;
export type CertificateState = (typeof CERTIFICATE_STATES)[number];

type Machine = Readonly<Record<CertificateState, readonly CertificateState[]>>;

export const INITIAL: CertificateState = 'pending_dns';

/**
 * `verified`: proved, no certificate yet. `failed`: the last try to get one failed and none is good. A proxy that tells nothing
 * but the result goes from `verified` to `active` at once. A domain that is suspended is revoked, and proved anew after it.
 */
export const MACHINE: Machine = {
  pending_dns: ['verified'],
  verified: ['issuing', 'active', 'failed', 'revoked'],
  issuing: ['active', 'failed', 'revoked'],
  active: ['active', 'renewing', 'expired', 'revoked'],
  renewing: ['active', 'failed', 'expired', 'revoked'],
  failed: ['issuing', 'active', 'revoked'],
  expired: ['issuing', 'active', 'failed', 'revoked'],
  revoked: ['verified', 'issuing'],
};

/** For the start of the process. @throws Error naming a state that nothing leads to, or that leads nowhere or to none. */
export const assertMachine = (machine: Machine, initial: CertificateState = INITIAL): void => {
  const states = new Set<string>(CERTIFICATE_STATES);
  const faults: string[] = [];
  for (const state of states) {
    const next = machine[state as CertificateState];
    if (next === undefined || next.length === 0) faults.push(`${state} leads nowhere`);
    for (const target of next ?? []) if (!states.has(target)) faults.push(`${state} leads to ${target}`);
  }
  const reached = new Set<CertificateState>([initial]);
  for (const state of reached) for (const target of machine[state] ?? []) reached.add(target);
  for (const state of states)
    if (!reached.has(state as CertificateState)) faults.push(`nothing leads to ${state}`);
  if (faults.length > 0) throw new Error(`the certificate states are not sound: ${faults.join('; ')}`);
};

export interface CertificateReport {
  readonly state: 'issuing' | 'active' | 'failed' | 'revoked';
  /** Required with `active`. */
  readonly notAfter: Date | null;
  readonly error: string | null;
}

export interface Certificate {
  readonly status: CertificateState;
  readonly notAfter: Date | null;
  readonly error: string | null;
}

/**
 * The certificate after a report. While one is good, work on the next is a renewal, and its failure leaves the good one.
 * Errors: `domains.not_verified`, `domains.certificate_state` (409), `domains.certificate_dates` (422).
 */
export const reported = (now: Date, present: Certificate, report: CertificateReport): Certificate => {
  if (present.status === 'pending_dns')
    throw new DomainError(
      'conflict',
      'domains.not_verified',
      'Verify the domain before it gets a certificate.',
    );
  const good = present.notAfter !== null && present.notAfter > now;
  switch (report.state) {
    case 'issuing':
      // Told twice, it is under way all the same.
      if (present.status === 'issuing' || present.status === 'renewing') return present;
      return { ...moved(present, present.status === 'active' ? 'renewing' : 'issuing'), error: null };
    case 'active': {
      const { notAfter } = report;
      if (notAfter === null || !(notAfter > now))
        throw dates('must be in the future, as the certificate has it');
      if (good && present.status !== 'revoked' && present.notAfter !== null && notAfter < present.notAfter)
        throw dates('is older than that of the certificate in use: the report came late');
      return { ...moved(present, 'active'), notAfter, error: null };
    }
    case 'failed':
      if (present.status === 'failed') return { ...present, error: report.error };
      if ((present.status === 'renewing' || present.status === 'active') && good)
        return { ...present, status: 'active', error: report.error };
      return { ...moved(present, 'failed'), error: report.error };
    case 'revoked':
      if (present.status === 'revoked') return present;
      return { ...moved(present, 'revoked'), notAfter: null, error: report.error };
  }
};

/** What time alone does. */
export const aged = (now: Date, present: Certificate): Certificate =>
  present.notAfter !== null && present.notAfter <= now && MACHINE[present.status].includes('expired')
    ? moved(present, 'expired')
    : present;

const moved = (present: Certificate, to: CertificateState): Certificate => {
  if (!MACHINE[present.status].includes(to))
    throw new DomainError(
      'conflict',
      'domains.certificate_state',
      `A certificate that is ${present.status} cannot become ${to}.`,
      { facts: { status: present.status, allowed: MACHINE[present.status] } },
    );
  return { ...present, status: to };
};

const dates = (rule: string): DomainError =>
  DomainError.invalid('domains.certificate_dates', '/notAfter', `notAfter ${rule}.`);
