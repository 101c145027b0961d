import type { SealedTable } from '#libs/encryption';

/** What this context keeps sealed. */
export const SEALED_TABLES: readonly SealedTable[] = [
  {
    table: 'booking',
    subject: 'coalesce(t.customer_id, t.id)',
    columns: ['customer_name', 'customer_phone', 'notes', 'cancel_reason'].map((name) => ({
      name,
      kind: 'text',
    })),
  },
];
