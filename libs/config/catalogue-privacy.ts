import { integer } from './setting.js';

/** Data-subject requests and retention. */
export const PRIVACY = {
  exportDays: [
    'PRIVACY_EXPORT_DAYS',
    integer(14, { min: 1, max: 90 }, 'How long the export of a person’s data can be downloaded.'),
  ],
  answerDays: [
    'PRIVACY_ANSWER_DAYS',
    integer(
      30,
      { min: 1, max: 90 },
      'When a data-subject request is due, unless it says so itself (GDPR Art. 12(3): one month).',
    ),
  ],
  retentionCheckMs: [
    'RETENTION_CHECK_MS',
    integer(
      900_000,
      { min: 1_000, max: 86_400_000 },
      'How often a worker looks for businesses whose daily retention run is due.',
    ),
  ],
  batch: [
    'RETENTION_BATCH',
    integer(500, { min: 1, max: 10_000 }, 'Rows that retention and erasure touch in one transaction.'),
  ],
} as const;
