import { defineEvent } from '#libs/kernel';

/** A check of a counterparty has its answer and its evidence; see the changes it found. Told of every check, also of those that found nothing. */
export const CheckRecorded = defineEvent<{
  checkId: string;
  counterpartyId: string;
  source: string;
  state: string;
  changes: number;
}>('kyb.check.recorded.v1', {
  summary: 'A counterparty was checked.',
  schemaName: 'CheckRecordedPayload',
  fields: {
    checkId: { type: 'string', format: 'uuid', description: 'The check; see its evidence.' },
    counterpartyId: { type: 'string', format: 'uuid', description: 'Who was checked.' },
    source: { type: 'string', description: '`screening`, `vies`, `gleif` or `insolvency`.' },
    state: { type: 'string', description: 'What the source said; `not_checked` when it said nothing.' },
    changes: {
      type: 'integer',
      minimum: 0,
      description: 'How many fields and hits differ from the check before.',
    },
  },
  example: {
    checkId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b40',
    counterpartyId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41',
    source: 'vies',
    state: 'valid',
    changes: 0,
  },
});

const ALERT_FIELDS = {
  alertId: { type: 'string', format: 'uuid', description: 'The alert.' },
  caseId: { type: 'string', format: 'uuid', description: 'The case it belongs to.' },
  counterpartyId: { type: 'string', format: 'uuid', description: 'Whom it is about.' },
  subject: {
    type: 'string',
    description: 'What it is about, such as `hit:eu:EU.27.28`, `removed:eu:EU.27.28` or `field:vies:state`.',
  },
  severity: { type: 'string', description: '`low`, `medium` or `high`.' },
} as const;
const ALERT_EXAMPLE = {
  alertId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b48',
  caseId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b49',
  counterpartyId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41',
  subject: 'hit:eu:EU.27.28',
  severity: 'high',
};

interface AlertFacts {
  alertId: string;
  caseId: string;
  counterpartyId: string;
  subject: string;
  severity: string;
}

/** Something was found that the rules of the business hold material; or is open again. */
export const AlertRaised = defineEvent<AlertFacts>('kyb.alert.raised.v1', {
  summary: 'An alert about a counterparty is to be decided.',
  schemaName: 'AlertRaisedPayload',
  fields: ALERT_FIELDS,
  example: ALERT_EXAMPLE,
});

/** Two people have decided what an alert is. */
export const AlertDecided = defineEvent<AlertFacts & { disposition: string }>('kyb.alert.decided.v1', {
  summary: 'An alert about a counterparty was decided.',
  schemaName: 'AlertDecidedPayload',
  fields: {
    ...ALERT_FIELDS,
    disposition: { type: 'string', description: '`true_match`, `false_positive` or `accepted_risk`.' },
  },
  example: { ...ALERT_EXAMPLE, disposition: 'false_positive' },
});

/** Somebody was given an alert, or it was taken from them. */
export const AlertAssigned = defineEvent<{
  alertId: string;
  caseId: string;
  counterpartyId: string;
  assigneeId: string | null;
  assignedBy: string;
  dueAt: string | null;
  bulk: string | null;
}>('kyb.alert.assigned.v1', {
  summary: 'An alert about a counterparty was given to somebody, or to nobody.',
  schemaName: 'AlertAssignedPayload',
  fields: {
    alertId: ALERT_FIELDS.alertId,
    caseId: ALERT_FIELDS.caseId,
    counterpartyId: ALERT_FIELDS.counterpartyId,
    assigneeId: { type: ['string', 'null'], format: 'uuid', description: 'The member; null: nobody.' },
    assignedBy: { type: 'string', description: '`user:<id>` or `api-key:<id>`.' },
    dueAt: {
      type: ['string', 'null'],
      format: 'date-time',
      description: 'When it has to be decided; null: nothing is to be decided.',
    },
    bulk: {
      type: ['string', 'null'],
      description: '`first` or `further` of those that one request gave; null: it gave this one alone.',
    },
  },
  example: {
    alertId: ALERT_EXAMPLE.alertId,
    caseId: ALERT_EXAMPLE.caseId,
    counterpartyId: ALERT_EXAMPLE.counterpartyId,
    assigneeId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b12',
    assignedBy: 'user:0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b13',
    dueAt: '2026-11-22T06:00:00.000Z',
    bulk: null,
  },
});

/** What the business must not do for a counterparty from now on; whoever does it obeys. Empty: everything is allowed again. */
export const CounterpartyRestricted = defineEvent<{ counterpartyId: string; stops: string }>(
  'kyb.counterparty.restricted.v1',
  {
    summary: 'What is stopped for a counterparty has changed.',
    schemaName: 'CounterpartyRestrictedPayload',
    fields: {
      counterpartyId: { type: 'string', format: 'uuid', description: 'The counterparty.' },
      stops: {
        type: 'string',
        description: 'Of `invoicing` and `campaigns`, with commas between; empty when nothing is stopped.',
      },
    },
    example: { counterpartyId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41', stops: 'invoicing,campaigns' },
  },
);

/** Findings about a counterparty are to be decided; the first alert of the case. */
export const CaseOpened = defineEvent<{
  caseId: string;
  counterpartyId: string;
  severity: string;
  dueAt: string;
}>('kyb.case.opened.v1', {
  summary: 'A case about a counterparty was opened.',
  schemaName: 'CaseOpenedPayload',
  fields: {
    caseId: { type: 'string', format: 'uuid', description: 'The case.' },
    counterpartyId: { type: 'string', format: 'uuid', description: 'Whom it is about.' },
    severity: { type: 'string', description: 'Of its first alert: `low`, `medium` or `high`.' },
    dueAt: { type: 'string', format: 'date-time', description: 'When it has to be decided.' },
  },
  example: {
    caseId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b49',
    counterpartyId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41',
    severity: 'high',
    dueAt: '2026-11-22T06:00:00.000Z',
  },
});
