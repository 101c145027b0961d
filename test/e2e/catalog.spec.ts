import { readdirSync } from 'node:fs';
import { Client } from 'pg';
import { MIGRATIONS } from '#migrations';
import { type CatalogExceptions, catalogFaults, createDataSource, schemaSnapshot } from '#libs/persistence';
import { createTestDatabase, type TestDatabase } from '#libs/testing';

const EXCEPTIONS: CatalogExceptions = {
  // Keyed by what they are about: an event's delivery to one handler.
  // The stage by its transaction, the end of a chain by its tenant.
  primaryKey: ['inbox_entry', 'audit_staged', 'audit_chain'],
  // A person may belong to several businesses; the person table spans tenants.
  spanning: ['membership: FOREIGN KEY (person_id) REFERENCES person(id)'],
  // The relay and the sweeper; what is looked up before a tenant is known.
  system: [
    'outbox_event',
    'inbox_entry',
    'dead_letter',
    'inbound_event',
    'unrouted_event',
    'channel_route',
    'tenant',
    'membership',
    'person',
    'idempotency_key',
    'custom_domain',
    'domain_route',
    'referral_code',
    'referral_signup',
    'referral_verified_person',
    'referral',
    'referral_entry',
    // Accounts of people, who may belong to several businesses.
    'login_session',
    'person_token',
    'person_mfa',
    'recovery_code',
    'retention_run',
    'audit_staged',
    'audit_chain',
    'audit_head',
    // Wrapped keys, for the rotation of what wraps them.
    'data_key',
    'system_key',
    // What is due at which endpoint, across tenants; bodies are pruned by age.
    'webhook_endpoint',
    'webhook_event',
    'webhook_delivery',
    // Whose checks are due, across tenants.
    'counterparty',
    'kyb_run',
    'kyb_screened',
    // Whose time to decide is over, across tenants.
    'kyb_case',
    // Who monitors with a source that has gone dark, and was told so.
    'kyb_coverage',
    'kyb_source_notice',
    'kyb_register',
    'kyb_source_outage',
    // Public lists, of no tenant.
    'kyb_list',
    'kyb_list_version',
    'kyb_list_entry',
    'kyb_list_file',
    'kyb_list_fetch',
  ],
  audit: {
    outbox_event: 'says again what a change of a row says; written with it',
    inbox_entry: 'deliveries, made by jobs alone',
    idempotency_key: 'a copy of the answer to a request whose changes are audited',
    inbound_event: 'written by providers before a tenant is known',
    unrouted_event: 'belongs to no tenant',
    system_key: 'keys of the installation, of no tenant',
    person_token: 'an account’s own, of no tenant; what it is used for is an entry of its own',
    person_mfa: 'an account’s own, of no tenant; switching it on and off are entries of their own',
    recovery_code: 'an account’s own, of no tenant; renewing them is an entry of its own',
    audit_staged: 'the trail itself',
    audit_chain: 'the trail itself',
    audit_entry: 'the trail itself',
    audit_head: 'the trail itself',
    audit_export: 'asking for one and taking it are entries of their own',
    audit_export_chunk: 'a copy of the trail',
    counterparty_import_row: 'the report of an import, which is an entry itself',
    kyb_exchange: 'part of a check, which is an entry itself',
    kyb_hit: 'part of a check, which is an entry itself',
    kyb_match: 'what checks found, told by them',
    kyb_snapshot: 'what checks found, told by them',
    kyb_change: 'what checks found, told by them',
    kyb_coverage: 'what checks found, told by them',
    kyb_risk: 'computed of what checks found and people decided',
    kyb_list: 'public lists, of no tenant; every fetch is kept in kyb_list_fetch',
    kyb_list_version: 'public lists, of no tenant',
    kyb_list_entry: 'public lists, of no tenant',
    kyb_list_file: 'public lists, of no tenant',
    kyb_list_fetch: 'the record of fetches itself',
    kyb_register: 'how registers are, of no tenant; written by jobs alone',
    kyb_source_outage: 'when sources were dark, of no tenant; written by jobs alone',
    kyb_source_notice: 'that an event was told; written with it by jobs alone',
    kyb_screened: 'how far the screening has come; nobody’s change',
  },
};

let database: TestDatabase;
let client: Client;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
  await migrateUp();
  client = new Client({ connectionString: database.url });
  await client.connect();
});

afterEach(async () => {
  await client.end();
  await database.drop();
});

const withDataSource = async <T>(
  work: (dataSource: ReturnType<typeof createDataSource>) => Promise<T>,
): Promise<T> => {
  const dataSource = createDataSource({ url: database.url, poolSize: 1, migrations: [...MIGRATIONS] });
  await dataSource.initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
};

const migrateUp = () => withDataSource((dataSource) => dataSource.runMigrations());

const faults = () => catalogFaults(database.url, EXCEPTIONS);

describe('the catalog', () => {
  it('keeps every rule of tenant isolation', async () => {
    expect(await faults()).toEqual([]);
  });

  it.each([
    [
      'a tenant table without row security',
      'CREATE TABLE planted (tenant_id uuid, id uuid, PRIMARY KEY (tenant_id, id))',
      /planted: row level security is not enabled/,
    ],
    [
      'row security that the owner escapes',
      'CREATE TABLE planted (tenant_id uuid, id uuid, PRIMARY KEY (tenant_id, id)); ALTER TABLE planted ENABLE ROW LEVEL SECURITY',
      /planted: row level security is not enabled and forced/,
    ],
    [
      'a policy without WITH CHECK',
      'ALTER POLICY tenant_isolation ON thread WITH CHECK (true)',
      /thread: no policy/,
    ],
    [
      'a second policy that widens the first',
      'CREATE POLICY wide ON message FOR SELECT TO frontdesk_app USING (true)',
      /message: another policy/,
    ],
    [
      'a key that spans tenants',
      'CREATE UNIQUE INDEX planted ON booking (code)',
      /booking: .*: a unique key does not start with tenant_id/,
    ],
    [
      'a system policy nobody listed',
      'CREATE POLICY system_select ON message FOR SELECT TO frontdesk_system USING (true)',
      /message: the system role reaches it/,
    ],
    [
      'a table that the audit trail does not see',
      `CREATE TABLE planted (tenant_id uuid, id uuid, PRIMARY KEY (tenant_id, id))`,
      /planted: the audit trail does not see/,
    ],
    [
      'an audit trigger that was taken away',
      'DROP TRIGGER audit_capture ON booking',
      /booking: the audit trail does not see/,
    ],
    [
      'an audit trigger that was switched off',
      'ALTER TABLE staff DISABLE TRIGGER audit_capture',
      /staff: the audit trail does not see/,
    ],
    [
      'an audit trigger that misses deletions',
      `DROP TRIGGER audit_capture ON service;
       CREATE TRIGGER audit_capture AFTER INSERT OR UPDATE ON service FOR EACH ROW EXECUTE FUNCTION audit_capture()`,
      /service: the audit trail does not see/,
    ],
    [
      'a definer function of the owner',
      'CREATE FUNCTION planted() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$',
      /planted: a SECURITY DEFINER function/,
    ],
  ])('catches %s', async (_what, sql, expected) => {
    await client.query(sql);
    expect((await faults()).join('\n')).toMatch(expected);
  });
});

describe('migrations', () => {
  it('lists every file of the folder, oldest first', () => {
    const files = readdirSync('migrations')
      .filter((file) => /^\d+-.*\.ts$/.test(file))
      .sort();
    const stamps = files.map((file) => file.slice(0, 13));
    expect(MIGRATIONS.map((migration) => migration.name.slice(-13))).toEqual(stamps);
  });

  it('go down to nothing and up again to the same schema', async () => {
    const before = await schemaSnapshot(database.url);
    await withDataSource(async (dataSource) => {
      for (const _ of MIGRATIONS) await dataSource.undoLastMigration();
    });
    expect((await schemaSnapshot(database.url)).trim()).toBe('');
    await migrateUp();
    expect(await schemaSnapshot(database.url)).toBe(before);
  });
});
