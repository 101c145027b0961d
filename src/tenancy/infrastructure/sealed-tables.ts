import type { SealedTable } from '#libs/encryption';

/** What this context keeps sealed, with the tenant's key. */
export const SEALED_TABLES: readonly SealedTable[] = [
  {
    table: 'refresh_session',
    columns: [
      { name: 'user_agent', kind: 'text' },
      { name: 'address', kind: 'text' },
    ],
  },
  { table: 'invitation', columns: [{ name: 'sealed_token', kind: 'text', legacy: {} }] },
];
