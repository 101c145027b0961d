import type { SealedColumn, SealedTable } from '#libs/encryption';
import { LOBBY } from '../application/origin.js';
import { MailDue, PasswordResetAsked } from '../contracts/index.js';

/** Secrets of people, who are of no tenant, were bound to that of work which is nobody's business. */
const OF_PERSON = { tenantId: LOBBY } as const;

/** An address in an event, which was bound to what the event is about. */
const address = (member: string, type: string): SealedColumn => ({
  name: 'payload',
  kind: 'json',
  member,
  where: `t.type = '${type}'`,
  legacy: { ...OF_PERSON, column: 'payload', row: 't.aggregate_id' },
});

/** What this context keeps sealed: with the tenant's key, and for people with the system's. */
export const SEALED_TABLES: readonly SealedTable[] = [
  {
    table: 'refresh_session',
    columns: [
      { name: 'user_agent', kind: 'text' },
      { name: 'address', kind: 'text' },
    ],
  },
  {
    table: 'login_session',
    columns: [
      { name: 'user_agent', kind: 'text' },
      { name: 'address', kind: 'text' },
      {
        name: 'network',
        kind: 'index',
        index: { table: 'login_session', column: 'network', realm: 'system' },
      },
    ],
  },
  {
    table: 'invitation',
    columns: [
      { name: 'email', kind: 'text', indexedAs: 'email_index' },
      { name: 'sealed_token', kind: 'text', legacy: {} },
    ],
  },
  {
    table: 'person',
    realm: 'system',
    columns: [
      { name: 'email', kind: 'text', indexedAs: 'email_index' },
      { name: 'name', kind: 'text' },
    ],
  },
  {
    table: 'outbox_event',
    realm: 'system',
    columns: [address('sealedTo', MailDue.type), address('sealedEmail', PasswordResetAsked.type)],
  },
  {
    table: 'person_token',
    realm: 'system',
    columns: [
      { name: 'sealed_token', kind: 'text', legacy: OF_PERSON },
      { name: 'sealed_data', kind: 'text', legacy: OF_PERSON },
    ],
  },
  {
    table: 'person_mfa',
    realm: 'system',
    id: 'person_id',
    columns: [{ name: 'sealed_secret', kind: 'text', legacy: OF_PERSON }],
  },
];
