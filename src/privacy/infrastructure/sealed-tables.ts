import type { SealedTable } from '#libs/encryption';

/** What this context keeps sealed, with the tenant's key: it outlives the keys of the person whom it is about. */
export const SEALED_TABLES: readonly SealedTable[] = [
  { table: 'legal_hold', columns: [{ name: 'subject_sealed', kind: 'text' }] },
  { table: 'privacy_request', columns: [{ name: 'subject_sealed', kind: 'text' }] },
  // A piece is up to 200,000 characters long.
  { table: 'privacy_export_chunk', columns: [{ name: 'sealed', kind: 'text' }], batch: 10 },
];
