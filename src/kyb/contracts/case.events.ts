import { defineEvent } from '#libs/kernel';

const CASE_FIELDS = {
  caseId: { type: 'string', format: 'uuid', description: 'The case.' },
  counterpartyId: { type: 'string', format: 'uuid', description: 'Whom it is about.' },
} as const;
const CASE_EXAMPLE = {
  caseId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b49',
  counterpartyId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41',
};
const ASSIGNEE = '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b12';
const DUE = '2026-11-22T06:00:00.000Z';

/** Somebody was given a case, or it was taken from them. */
export const CaseAssigned = defineEvent<{
  caseId: string;
  counterpartyId: string;
  assigneeId: string | null;
  assignedBy: string;
  dueAt: string;
}>('kyb.case.assigned.v1', {
  summary: 'A case about a counterparty was given to somebody, or to nobody.',
  schemaName: 'CaseAssignedPayload',
  fields: {
    ...CASE_FIELDS,
    assigneeId: { type: ['string', 'null'], format: 'uuid', description: 'The member; null: nobody.' },
    assignedBy: { type: 'string', description: '`user:<id>` or `api-key:<id>`.' },
    dueAt: { type: 'string', format: 'date-time', description: 'When it has to be decided.' },
  },
  example: { ...CASE_EXAMPLE, assigneeId: ASSIGNEE, assignedBy: `user:${ASSIGNEE}`, dueAt: DUE },
});

/** The time by which a case had to be decided is over. Told once, and again only after that time has moved. */
export const CaseOverdue = defineEvent<{
  caseId: string;
  counterpartyId: string;
  assigneeId: string | null;
  priority: string;
  dueAt: string;
}>('kyb.case.overdue.v1', {
  summary: 'A case about a counterparty was not decided in time.',
  schemaName: 'CaseOverduePayload',
  fields: {
    ...CASE_FIELDS,
    assigneeId: { type: ['string', 'null'], format: 'uuid', description: 'Who has it; null: nobody.' },
    priority: { type: 'string', description: '`low`, `normal` or `high`.' },
    dueAt: { type: 'string', format: 'date-time', description: 'When it had to be decided.' },
  },
  example: { ...CASE_EXAMPLE, assigneeId: ASSIGNEE, priority: 'high', dueAt: DUE },
});

/** Every alert of a case is decided, or gone. */
export const CaseClosed = defineEvent<{ caseId: string; counterpartyId: string; closedAt: string }>(
  'kyb.case.closed.v1',
  {
    summary: 'A case about a counterparty was closed.',
    schemaName: 'CaseClosedPayload',
    fields: {
      ...CASE_FIELDS,
      closedAt: {
        type: 'string',
        format: 'date-time',
        description: 'When its last alert was decided or gone.',
      },
    },
    example: { ...CASE_EXAMPLE, closedAt: DUE },
  },
);
