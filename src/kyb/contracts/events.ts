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
