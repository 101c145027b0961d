import type { SealedTable } from '#libs/encryption';

/** What this context keeps sealed, with the tenant's key. A password of before is bound to its business. */
export const SEALED_TABLES: readonly SealedTable[] = [
  {
    table: 'brand_sender',
    columns: [{ name: 'smtp_password', kind: 'text', legacy: { row: 't.tenant_id' } }],
  },
];
