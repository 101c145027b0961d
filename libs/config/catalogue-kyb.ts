import { integer } from './setting.js';

/** Counterparties, what is asked about them, and how often. */
export const KYB = {
  dueCheckMs: [
    'KYB_DUE_CHECK_MS',
    integer(
      60_000,
      { min: 1_000, max: 86_400_000 },
      'How often a worker looks for counterparties whose check is due.',
    ),
  ],
} as const;
