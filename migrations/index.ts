import type { MigrationClass } from '#libs/persistence';
import { PersistenceCreateRoles1763600000000 } from './1763600000000-persistence-create-roles.js';
import { HttpCreateIdempotencyKey1763600050000 } from './1763600050000-http-create-idempotency-key.js';
import { TenancyCreateTables1763600100000 } from './1763600100000-tenancy-create-tables.js';
import { TenancyCreateSetPassword1763600150000 } from './1763600150000-tenancy-create-set-password.js';
import { MessagingCreateOutbox1763600200000 } from './1763600200000-messaging-create-outbox.js';
import { MessagingCreateRelayFunctions1763600250000 } from './1763600250000-messaging-create-relay-functions.js';
import { CalendarCreateBooking1763600300000 } from './1763600300000-calendar-create-booking.js';
import { ChannelsCreateChannels1763600350000 } from './1763600350000-channels-create-channels.js';
import { ConversationsCreateThreads1763600400000 } from './1763600400000-conversations-create-threads.js';
import { AiCreateTurnRecords1763600500000 } from './1763600500000-ai-create-turn-records.js';
import { AuditCreateTrail1763700000000 } from './1763700000000-audit-create-trail.js';
import { AuditCreateHeads1763700010000 } from './1763700010000-audit-create-heads.js';
import { EncryptionCreateDataKey1763700500000 } from './1763700500000-encryption-create-data-key.js';
import { ConversationsIndexIdentityKeys1763700510000 } from './1763700510000-conversations-index-identity-keys.js';
import { ChannelsStoreSealedInbound1763700520000 } from './1763700520000-channels-store-sealed-inbound.js';
import { TenancyCreateLoginSession1763701000000 } from './1763701000000-tenancy-create-login-session.js';
import { TenancyCreateAccounts1763701010000 } from './1763701010000-tenancy-create-accounts.js';
import { TenancyCreateInvitation1763701020000 } from './1763701020000-tenancy-create-invitation.js';
import { TenancyCreateMfa1763701030000 } from './1763701030000-tenancy-create-mfa.js';
import { TenancyCreateApiKey1763702010000 } from './1763702010000-tenancy-create-api-key.js';
import { WebhooksCreateWebhooks1763705000000 } from './1763705000000-webhooks-create-webhooks.js';
import { PrivacyCreateTables1763706000000 } from './1763706000000-privacy-create-tables.js';
import { PrivacyCreateRetention1763706010000 } from './1763706010000-privacy-create-retention.js';
import { ConversationsCreateErasedKey1763706020000 } from './1763706020000-conversations-create-erased-key.js';
import { BrandingCreateTables1763707010000 } from './1763707010000-branding-create-tables.js';
import { BrandingCreateDomains1763707020000 } from './1763707020000-branding-create-domains.js';
import { ReferralsCreateTables1763707030000 } from './1763707030000-referrals-create-tables.js';
import { KybCreateCounterparties1763710000000 } from './1763710000000-kyb-create-counterparties.js';
import { KybCreateChecks1763710010000 } from './1763710010000-kyb-create-checks.js';
import { KybCreateLists1763711000000 } from './1763711000000-kyb-create-lists.js';
import { KybCreateAlerts1763713000000 } from './1763713000000-kyb-create-alerts.js';
import { WebhooksMaskHeaders1763720000000 } from './1763720000000-webhooks-mask-headers.js';
import { EncryptionRetireSystemKey1763720010000 } from './1763720010000-encryption-retire-system-key.js';
import { KybAddCaseToAlertEvents1763730000000 } from './1763730000000-kyb-add-case-to-alert-events.js';
import { KybAddCasePriorityAndHistory1763730010000 } from './1763730010000-kyb-add-case-priority-and-history.js';
import { KybCreateSourceHealth1763730020000 } from './1763730020000-kyb-create-source-health.js';
import { PrivacyAllowCounterparties1763730030000 } from './1763730030000-privacy-allow-counterparties.js';
import { KybAddListParser1763740000000 } from './1763740000000-kyb-add-list-parser.js';
import { KybAddFetchedContent1763740010000 } from './1763740010000-kyb-add-fetched-content.js';
import { TenancyCreateRolesAndTeams1763750000000 } from './1763750000000-tenancy-create-roles-and-teams.js';
import { ConversationsAddTeam1763750010000 } from './1763750010000-conversations-add-team.js';
import { CalendarLinkStaff1763750020000 } from './1763750020000-calendar-link-staff.js';
import { HttpKeyByActor1763750030000 } from './1763750030000-http-key-by-actor.js';
import { TenancySealAccounts1763780000000 } from './1763780000000-tenancy-seal-accounts.js';
import { KybAddNoticeTimes1763800000000 } from './1763800000000-kyb-add-notice-times.js';
import { AuditVerifyEveryBusiness1763810000000 } from './1763810000000-audit-verify-every-business.js';

/** Every migration, oldest first. A test holds this list against the files of the folder. */
export const MIGRATIONS: readonly MigrationClass[] = [
  PersistenceCreateRoles1763600000000,
  HttpCreateIdempotencyKey1763600050000,
  TenancyCreateTables1763600100000,
  TenancyCreateSetPassword1763600150000,
  MessagingCreateOutbox1763600200000,
  MessagingCreateRelayFunctions1763600250000,
  CalendarCreateBooking1763600300000,
  ChannelsCreateChannels1763600350000,
  ConversationsCreateThreads1763600400000,
  AiCreateTurnRecords1763600500000,
  AuditCreateTrail1763700000000,
  AuditCreateHeads1763700010000,
  EncryptionCreateDataKey1763700500000,
  ConversationsIndexIdentityKeys1763700510000,
  ChannelsStoreSealedInbound1763700520000,
  TenancyCreateLoginSession1763701000000,
  TenancyCreateAccounts1763701010000,
  TenancyCreateInvitation1763701020000,
  TenancyCreateMfa1763701030000,
  TenancyCreateApiKey1763702010000,
  WebhooksCreateWebhooks1763705000000,
  PrivacyCreateTables1763706000000,
  PrivacyCreateRetention1763706010000,
  ConversationsCreateErasedKey1763706020000,
  BrandingCreateTables1763707010000,
  BrandingCreateDomains1763707020000,
  ReferralsCreateTables1763707030000,
  KybCreateCounterparties1763710000000,
  KybCreateChecks1763710010000,
  KybCreateLists1763711000000,
  KybCreateAlerts1763713000000,
  WebhooksMaskHeaders1763720000000,
  EncryptionRetireSystemKey1763720010000,
  KybAddCaseToAlertEvents1763730000000,
  KybAddCasePriorityAndHistory1763730010000,
  KybCreateSourceHealth1763730020000,
  PrivacyAllowCounterparties1763730030000,
  KybAddListParser1763740000000,
  KybAddFetchedContent1763740010000,
  TenancyCreateRolesAndTeams1763750000000,
  ConversationsAddTeam1763750010000,
  CalendarLinkStaff1763750020000,
  HttpKeyByActor1763750030000,
  TenancySealAccounts1763780000000,
  KybAddNoticeTimes1763800000000,
  AuditVerifyEveryBusiness1763810000000,
];
