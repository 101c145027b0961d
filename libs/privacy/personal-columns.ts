/** A table with data about people: the store that answers for it, and which of its texts are whose. */
export interface PersonalTable {
  /** Name of the `@HoldsPersonalData` store. */
  readonly store: string;
  /** Columns that may hold personal data. */
  readonly personal: readonly string[];
  /** Its other columns of text, JSON or bytes: codes, states, hashes. */
  readonly plain: readonly string[];
}

/** Every table that may hold personal data. A test holds this list against the catalog of the database. */
export const PERSONAL_TABLES: Readonly<Record<string, PersonalTable>> = {
  identity: {
    store: 'conversations.identities',
    personal: ['address', 'display_name', 'phone', 'language'],
    plain: [],
  },
  identity_key: { store: 'conversations.identities', personal: ['value', 'value_index'], plain: ['kind'] },
  erased_key: { store: 'conversations.identities', personal: ['key_hash'], plain: [] },
  thread: {
    store: 'conversations.threads',
    personal: ['ref', 'handoff_reason', 'preview'],
    plain: ['provider', 'owner'],
  },
  message: {
    store: 'conversations.messages',
    personal: ['parts', 'text', 'error', 'dedupe_key', 'external_id', 'reply_to'],
    plain: ['direction', 'author_kind', 'status'],
  },
  parked_status: {
    store: 'conversations.parked-statuses',
    personal: ['provider_message_id', 'recipient', 'error'],
    plain: ['status'],
  },
  inbound_event: {
    store: 'channels.inbound-events',
    personal: ['external_id', 'lane', 'payload', 'note'],
    plain: ['provider', 'account', 'kind', 'status'],
  },
  unrouted_event: {
    store: 'channels.unrouted-events',
    personal: ['external_id', 'payload'],
    plain: ['provider', 'account'],
  },
  turn_record: {
    store: 'ai.turn-records',
    personal: ['transcript'],
    plain: ['outcome', 'language', 'model'],
  },
  tool_receipt: {
    store: 'ai.tool-receipts',
    personal: ['arguments', 'result'],
    plain: ['idempotency_key', 'tool'],
  },
  model_call: { store: 'ai.model-calls', personal: [], plain: ['model', 'outcome'] },
  booking: {
    store: 'calendar.bookings',
    personal: ['customer_name', 'customer_phone', 'notes', 'cancel_reason', 'idempotency_key'],
    plain: ['code', 'status', 'price_currency', 'source'],
  },
  idempotency_key: {
    store: 'http.idempotency',
    personal: ['key', 'response'],
    plain: ['route', 'fingerprint', 'actor'],
  },
  outbox_event: { store: 'messaging.outbox', personal: ['payload'], plain: ['type', 'trace_id', 'handlers'] },
  dead_letter: { store: 'messaging.dead-letters', personal: ['error'], plain: ['handler', 'event_type'] },
  person: {
    store: 'tenancy.members',
    personal: ['email', 'email_index', 'name', 'password_hash'],
    plain: [],
  },
  membership: { store: 'tenancy.members', personal: [], plain: ['role'] },
  refresh_session: {
    store: 'tenancy.members',
    personal: ['user_agent', 'address'],
    plain: ['token_hash'],
  },
  login_session: { store: 'tenancy.members', personal: ['user_agent', 'address', 'network'], plain: [] },
  invitation: {
    store: 'tenancy.members',
    personal: ['email', 'email_index'],
    plain: ['role', 'sealed_token', 'token_hash'],
  },
  webhook_event: { store: 'webhooks.deliveries', personal: ['payload'], plain: ['type'] },
  webhook_delivery: {
    store: 'webhooks.deliveries',
    personal: ['body'],
    plain: ['event_type', 'status', 'last_error'],
  },
  privacy_request: {
    store: 'privacy.requests',
    personal: ['subject_sealed', 'subject_keys', 'reason'],
    plain: ['kind', 'state', 'subject_kind', 'subject_name', 'export_sha256'],
  },
  privacy_export_chunk: { store: 'privacy.requests', personal: ['sealed'], plain: ['part'] },
  legal_hold: {
    store: 'privacy.requests',
    personal: ['subject_sealed', 'subject_keys', 'reason', 'lift_reason'],
    plain: ['subject_name', 'data_classes', 'authority'],
  },
  counterparty: {
    store: 'kyb.counterparties',
    personal: ['details', 'words', 'reference', 'vat_number', 'lei', 'register_number'],
    plain: ['kind', 'roles', 'country', 'register_authority', 'schedule'],
  },
  kyb_check: {
    store: 'kyb.counterparties',
    personal: ['question', 'facts', 'reference'],
    plain: [
      'source',
      'state',
      'reason',
      'trigger',
      'list_versions',
      'matcher_version',
      'settings',
      'evidence_hash',
    ],
  },
  kyb_exchange: { store: 'kyb.counterparties', personal: ['content'], plain: [] },
  kyb_hit: {
    store: 'kyb.counterparties',
    personal: ['explanation'],
    plain: ['list', 'entry_id', 'entry_hash', 'band'],
  },
  kyb_snapshot: { store: 'kyb.counterparties', personal: ['facts'], plain: ['source'] },
  kyb_change: {
    store: 'kyb.counterparties',
    personal: ['content'],
    plain: ['source', 'kind', 'field', 'entry_hash'],
  },
  kyb_alert_event: { store: 'kyb.counterparties', personal: ['note'], plain: ['kind', 'actor', 'facts'] },
};

/** Tables with columns of text, JSON or bytes that hold nothing about a person; each with the reason. */
export const IMPERSONAL_TABLES: Readonly<Record<string, string>> = {
  schema_migration: 'names of migrations',
  api_key: 'credentials of programs, and the address they last came from',
  webhook_endpoint: 'addresses and secrets of systems of the business',
  webhook_attempt: 'what an endpoint of the business answered, cut short; it goes with its delivery',
  branding: 'how the business looks to its customers',
  brand_asset: 'pictures of the business',
  brand_sender: 'as whom the business writes e-mail',
  custom_domain: 'domains of the business',
  domain_route: 'domains of the business',
  referral_code: 'a code of the business',
  referral_signup: 'which business came by which code',
  referral: 'which business came by which, with a masked name of the business',
  referral_entry: 'amounts and states',
  person_token: 'hashes and sealed secrets of an account, for hours',
  person_mfa: 'the sealed secret of an account’s second factor',
  recovery_code: 'hashes of an account’s recovery codes',
  assistant: 'settings of the business, written by its staff about itself',
  calendar_settings: 'settings of the business',
  channel: 'addresses and credentials of the business',
  channel_route: 'addresses of the business',
  service: 'what the business sells',
  staff:
    'names of bookable people, chosen by the business and shown to customers; no account, no contact data',
  hours_exception: 'opening hours of the business; the note is for its staff',
  inbox_entry: 'ids of events and names of handlers',
  tenant: 'the business itself',
  turn: 'ids, counters and states',
  privacy_settings: 'numbers of days',
  role: 'what a role of a business is called and may do',
  team: 'what a team of a business is called; who is in it is told with the member',
  privacy_request_step: 'names of stores, counts and fixed reasons',
  privacy_receipt: 'signed counts and reasons; names people by keyed hash only',
  audit_staged: 'lives within a transaction only',
  audit_chain: 'hashes',
  audit_entry:
    'who changed and saw what; what it says of customers is sealed with their keys, and unreadable when these are destroyed',
  audit_head: 'hashes and signatures',
  audit_export: 'filters and counts of an export of the trail',
  audit_export_chunk: 'copies of entries of the trail, as sealed as they are, for a short time',
  data_key: 'wrapped keys; those of a person are destroyed with them (encryption.subject-keys)',
  system_key: 'wrapped keys',
  retention_run_class: 'names of classes and counts',
  counterparty_relation: 'ids and kinds',
  counterparty_import: 'names of files and counts',
  counterparty_import_row: 'which lines were refused, and why',
  kyb_run: 'counts',
  kyb_match: 'which listed party a counterparty resembles',
  kyb_coverage: 'states and codes',
  kyb_screened: 'numbers of editions',
  kyb_list: 'public lists of sanctioned parties, published by authorities',
  kyb_list_version: 'public lists of sanctioned parties, published by authorities',
  kyb_list_entry: 'public lists of sanctioned parties, published by authorities',
  kyb_list_file: 'public lists of sanctioned parties, published by authorities',
  kyb_list_fetch: 'outcomes and codes',
  kyb_case: 'ids, states and times',
  kyb_case_event: 'ids, states and times',
  kyb_alert: 'which finding was decided how, by whom of the staff',
  kyb_register: 'times and codes, of no tenant',
  kyb_source_outage: 'times, of no tenant',
  kyb_source_notice: 'ids and times',
  kyb_rules: 'rules of the business',
  kyb_risk: 'points and causes',
  kyb_settings: 'the business’s own VAT number',
};
