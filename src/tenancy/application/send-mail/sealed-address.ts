import type { SecretPlace } from '#libs/security';
import { LOBBY } from '../origin.js';

/** An address in an event. `rowId` is the event's aggregate. */
export const addressPlace = (rowId: string): SecretPlace => ({
  table: 'outbox_event',
  column: 'payload',
  tenantId: LOBBY,
  rowId,
});
