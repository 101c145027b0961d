import { DomainError } from '#libs/kernel';
import type { Severity } from './rules.js';

export const DISPOSITIONS = ['true_match', 'false_positive', 'accepted_risk'] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

/** Why, in codes that can be counted; which go with which disposition. */
export const REASONS: Readonly<Record<Disposition, readonly string[]>> = {
  true_match: ['identity_confirmed', 'change_confirmed'],
  false_positive: [
    'different_person',
    'different_company',
    'different_birth_date',
    'different_country',
    'source_error',
  ],
  accepted_risk: ['within_appetite', 'licence_or_exemption', 'monitored_closely'],
};
export const REASON_CODES = Object.values(REASONS).flat();

export const ALERT_STATES = ['open', 'proposed', 'approved', 'closed'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** What may be decided of one finding; the same finding is the same alert for ever. */
export interface Alert {
  readonly id: string;
  readonly counterpartyId: string;
  readonly caseId: string;
  /** `hit:eu:EU.27.28`, `removed:eu:EU.27.28`, `field:vies:state` */
  readonly subject: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly state: AlertState;
  /** Of a hit: the entry as it was decided about. */
  readonly entryHash: string | null;
  /** Of a hit: basis points. */
  readonly score: number | null;
  /** The last check that showed it. */
  readonly checkId: string;
  readonly raisedAt: Date;
  readonly lastSeenAt: Date;
  readonly dueAt: Date;
  readonly assigneeId: string | null;
  readonly disposition: Disposition | null;
  readonly reasonCode: string | null;
  /** `user:<id>` */
  readonly proposedBy: string | null;
  readonly proposedAt: Date | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  /** When an approved disposition has to be looked at again. */
  readonly expiresAt: Date | null;
  /** It was confirmed: what the rules stop stays stopped until two people say otherwise, or the finding is gone. */
  readonly stopping: boolean;
  readonly version: number;
}

export interface Sighting {
  readonly checkId: string;
  readonly entryHash: string | null;
  readonly score: number | null;
  readonly severity: Severity;
  readonly dueAt: Date;
  readonly at: Date;
}

/** What happened to an alert, once. */
export interface Happening {
  readonly kind: string;
  /** `user:<id>`, `api-key:<id>`, `system:<name>` */
  readonly actor: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

const undecided = {
  disposition: null,
  reasonCode: null,
  proposedBy: null,
  proposedAt: null,
  decidedBy: null,
  decidedAt: null,
  expiresAt: null,
} as const;

/**
 * The same finding again. A decision holds for the entry that it was made about, with the score it had: when the list changes the
 * entry, or it fits better than it did, the alert is open again. Answers what happened with it.
 */
export const seenAgain = (alert: Alert, seen: Sighting): { alert: Alert; event: 'seen' | 'reopened' } => {
  const { checkId, entryHash, score, severity, dueAt, at } = seen;
  const another =
    alert.entryHash !== entryHash || (score ?? 0) > (alert.score ?? 0) || !alert.subject.startsWith('hit:');
  const base = { ...alert, checkId, lastSeenAt: at, entryHash, score };
  const undone = alert.state === 'closed' || (alert.state !== 'open' && another);
  return undone
    ? { alert: { ...base, ...undecided, severity, state: 'open', raisedAt: at, dueAt }, event: 'reopened' }
    : { alert: base, event: 'seen' };
};

/** The finding is there no more. A closed alert stays closed. */
export const ended = (alert: Alert, checkId: string, at: Date): Alert => ({
  ...alert,
  state: 'closed',
  stopping: false,
  checkId,
  lastSeenAt: at,
});

const conflict = (code: string, message: string, state: AlertState): DomainError =>
  new DomainError('conflict', code, message, { facts: { state } });

/** Errors: `kyb.alert_not_open` (409), `kyb.reason_unfit` (422), `kyb.expiry_past` (422). */
export const propose = (
  alert: Alert,
  proposal: { disposition: Disposition; reasonCode: string; expiresAt: Date | null },
  by: string,
  at: Date,
): Alert => {
  if (alert.state !== 'open')
    throw conflict(
      'kyb.alert_not_open',
      `Only an open alert can be proposed for; this one is ${alert.state}.`,
      alert.state,
    );
  if (!REASONS[proposal.disposition].includes(proposal.reasonCode))
    throw DomainError.invalid(
      'kyb.reason_unfit',
      '/reasonCode',
      `With ${proposal.disposition} the reason is one of ${REASONS[proposal.disposition].join(', ')}.`,
    );
  if (proposal.expiresAt && proposal.expiresAt <= at)
    throw DomainError.invalid('kyb.expiry_past', '/expiresAt', 'expiresAt must be in the future.');
  return { ...alert, ...proposal, state: 'proposed', proposedBy: by, proposedAt: at };
};

/** Errors: `kyb.alert_not_proposed` (409), `kyb.own_proposal` (403). */
export const decide = (alert: Alert, verdict: 'approved' | 'rejected', by: string, at: Date): Alert => {
  if (alert.state !== 'proposed')
    throw conflict(
      'kyb.alert_not_proposed',
      `Nothing is proposed for this alert; it is ${alert.state}.`,
      alert.state,
    );
  if (alert.proposedBy === by)
    throw new DomainError(
      'forbidden',
      'kyb.own_proposal',
      'Whoever proposed does not decide. Ask somebody else who may.',
    );
  return verdict === 'approved'
    ? {
        ...alert,
        state: 'approved',
        decidedBy: by,
        decidedAt: at,
        stopping: alert.disposition === 'true_match',
      }
    : { ...alert, ...undecided, state: 'open' };
};

/** Error: `kyb.alert_open` (409). */
export const reopen = (alert: Alert, dueAt: Date): Alert => {
  if (alert.state === 'open') throw conflict('kyb.alert_open', 'The alert is open already.', alert.state);
  return { ...alert, ...undecided, state: 'open', dueAt };
};

/**
 * An alert as a case left it, from what happened to it there: the same finding goes on in later cases, and the row is of the last one.
 * `dueAt`: of the case, for events that do not say it themselves.
 */
export const asLeft = (alert: Alert, caseId: string, dueAt: Date, history: readonly Happening[]): Alert => {
  if (alert.caseId === caseId) return alert;
  return history.reduce(after, {
    ...alert,
    ...undecided,
    caseId,
    dueAt,
    state: 'open',
    stopping: false,
    assigneeId: null,
  });
};

const after = (alert: Alert, { kind, actor, facts, at }: Happening): Alert => {
  const seen: Alert = {
    ...alert,
    ...pick(facts, 'checkId', 'score', 'entryHash', 'severity', 'stopping'),
    ...(typeof facts.dueAt === 'string' ? { dueAt: new Date(facts.dueAt) } : {}),
  };
  switch (kind) {
    case 'raised':
    case 'reopened':
    case 'expired':
      return { ...seen, ...undecided, state: 'open', raisedAt: at, lastSeenAt: at };
    case 'seen':
      return { ...seen, lastSeenAt: at };
    case 'proposed':
      return {
        ...seen,
        ...pick(facts, 'disposition', 'reasonCode'),
        expiresAt: typeof facts.expiresAt === 'string' ? new Date(facts.expiresAt) : null,
        state: 'proposed',
        proposedBy: actor,
        proposedAt: at,
      };
    case 'approved':
      return {
        ...seen,
        state: 'approved',
        decidedBy: actor,
        decidedAt: at,
        stopping: seen.disposition === 'true_match',
      };
    case 'rejected':
      return { ...seen, ...undecided, state: 'open' };
    case 'ended':
      return { ...seen, state: 'closed', stopping: false, lastSeenAt: at };
    case 'assigned':
      return { ...seen, ...pick(facts, 'assigneeId') };
    default:
      return seen;
  }
};

const pick = (facts: Happening['facts'], ...names: (keyof Alert)[]): Partial<Alert> =>
  Object.fromEntries(names.flatMap((name) => (name in facts ? [[name, facts[name]]] : [])));
