import { defineEvent } from '#libs/kernel';

const FIELDS = {
  outageId: { type: 'string', format: 'uuid', description: 'The outage: the same when it is over.' },
  source: {
    type: 'string',
    description:
      'A list (`eu`, `ofac_sdn`, `ofac_cons`, `uk`, `un`) or a register (`vies`, `gleif`, `insolvency`).',
  },
  since: { type: 'string', format: 'date-time', description: 'Since when it says nothing.' },
} as const;
const EXAMPLE = {
  outageId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b4d',
  source: 'eu',
  since: '2026-11-20T06:00:00.000Z',
};

/** A source that the business monitors with has gone dark: what it said before goes on to count, and gets old. Once an outage. */
export const SourceStale = defineEvent<{
  outageId: string;
  source: string;
  since: string;
  lastSuccessAt: string | null;
}>('kyb.source.stale.v1', {
  summary: 'A list or register that counterparties are checked against says nothing any more.',
  schemaName: 'SourceStalePayload',
  fields: {
    ...FIELDS,
    lastSuccessAt: {
      type: ['string', 'null'],
      format: 'date-time',
      description: 'When it answered last; null: never.',
    },
  },
  example: { ...EXAMPLE, lastSuccessAt: EXAMPLE.since },
});

/** It answers again. Told to whom its outage was told. */
export const SourceRecovered = defineEvent<{
  outageId: string;
  source: string;
  since: string;
  recoveredAt: string;
}>('kyb.source.recovered.v1', {
  summary: 'A list or register that had gone dark answers again.',
  schemaName: 'SourceRecoveredPayload',
  fields: {
    ...FIELDS,
    recoveredAt: { type: 'string', format: 'date-time', description: 'When it was found to answer.' },
  },
  example: { ...EXAMPLE, recoveredAt: '2026-11-21T09:00:00.000Z' },
});
