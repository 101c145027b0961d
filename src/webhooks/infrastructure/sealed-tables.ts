import type { SealedTable } from '#libs/encryption';
import { COPIED } from './endpoint.repository.js';

/** What this context keeps sealed, with the tenant's key. */
export const SEALED_TABLES: readonly SealedTable[] = [
  {
    table: 'webhook_endpoint',
    columns: [
      { name: 'secret', kind: 'text', legacy: {} },
      { name: 'previous_secret', kind: 'text', legacy: COPIED },
      { name: 'headers', kind: 'text', legacy: {} },
    ],
  },
];
