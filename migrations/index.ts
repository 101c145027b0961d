import type { MigrationClass } from '#libs/persistence';
import { PersistenceCreateRoles1763600000000 } from './1763600000000-persistence-create-roles.js';
import { MessagingCreateOutbox1763600200000 } from './1763600200000-messaging-create-outbox.js';
import { MessagingCreateRelayFunctions1763600250000 } from './1763600250000-messaging-create-relay-functions.js';

/** Every migration, oldest first. A test holds this list against the files of the folder. */
export const MIGRATIONS: readonly MigrationClass[] = [
  PersistenceCreateRoles1763600000000,
  MessagingCreateOutbox1763600200000,
  MessagingCreateRelayFunctions1763600250000,
];
