import { DomainError, type ErrorDetail } from '#libs/kernel';
import { legalMinimum, type Minimum } from './legal-minimums.js';

/** Days after which data of a class goes; null: kept. */
export type RetentionDays = Readonly<Record<string, number | null>>;

const BOUND = 36_525;

/** A class that a business can set, with what it is where nothing is set. */
export const DEFAULT_DAYS: RetentionDays = {
  'unnamed-conversations': 30,
  conversations: 1_096,
  messages: 90,
  'raw-events': 30,
  transcripts: 90,
  deliveries: 30,
  bookings: 1_096,
  events: 14,
  audit: 3_653,
  invoices: 3_653,
  counterparties: 3_653,
};

/** Below these the product itself would go wrong. */
const TECHNICAL: Readonly<Record<string, Minimum>> = {
  'raw-events': {
    days: 8,
    source: 'Providers deliver again for up to 7 days; what is forgotten by then comes twice',
  },
  messages: {
    days: 8,
    source: 'Providers deliver again for up to 7 days; what is forgotten by then comes twice',
  },
  deliveries: { days: 1, source: 'A delivery status may come before the answer to its send' },
  'unnamed-conversations': { days: 8, source: 'Providers deliver again for up to 7 days' },
  conversations: { days: 8, source: 'Providers deliver again for up to 7 days' },
  transcripts: { days: 1, source: 'A conversation under way rests on what was said in it' },
  bookings: { days: 1, source: 'A booking that has just ended may still be asked about' },
  events: { days: 2, source: 'A delivery may be repeated while its event is young' },
};

export interface RetentionRule {
  readonly dataClass: string;
  readonly days: number | null;
  readonly defaultDays: number | null;
  readonly minimumDays: number;
  /** Why it cannot be shorter. */
  readonly minimumSource: string | null;
}

const minimumOf = (dataClass: string, country: string): Minimum =>
  legalMinimum(dataClass, country) ?? TECHNICAL[dataClass] ?? { days: 0, source: '' };

/** Every class, as it counts for a business in a country (ISO 3166-1 alpha-2). */
export const rulesFor = (set: RetentionDays, country: string): RetentionRule[] =>
  Object.entries(DEFAULT_DAYS).map(([dataClass, defaultDays]) => {
    const minimum = minimumOf(dataClass, country);
    const days = Object.hasOwn(set, dataClass) ? (set[dataClass] ?? null) : defaultDays;
    return {
      dataClass,
      // A minimum that rose, or a business that moved: never below.
      days: days === null ? null : Math.max(days, minimum.days),
      defaultDays,
      minimumDays: minimum.days,
      minimumSource: minimum.source || null,
    };
  });

/** Errors: `privacy.retention_invalid` (422) with a pointer to each; a value below its minimum names minimum and source. */
export const assertRetention = (wanted: RetentionDays, country: string): void => {
  const errors: ErrorDetail[] = [];
  for (const [dataClass, days] of Object.entries(wanted)) {
    const pointer = `/days/${dataClass}`;
    if (!Object.hasOwn(DEFAULT_DAYS, dataClass)) {
      errors.push({
        pointer,
        detail: `There is no class ${dataClass.slice(0, 40)}; there are ${Object.keys(DEFAULT_DAYS).join(', ')}.`,
      });
      continue;
    }
    if (days === null) continue;
    const { days: minimum, source } = minimumOf(dataClass, country);
    if (!Number.isInteger(days) || days > BOUND || days < 1)
      errors.push({ pointer, detail: `must be a whole number of days, 1 to ${BOUND}, or null to keep it` });
    else if (days < minimum) errors.push({ pointer, detail: `must be at least ${minimum} days. ${source}.` });
  }
  if (errors.length > 0)
    throw new DomainError(
      'invalid',
      'privacy.retention_invalid',
      'Retention cannot be set like this: see errors.',
      {
        errors,
      },
    );
};
