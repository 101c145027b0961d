import { Client } from 'pg';
import { IMPERSONAL_TABLES, PERSONAL_TABLES, PersonalDataStores, verifyReceipt } from '#libs/privacy';
import { RetentionRunner } from '../../src/privacy/application/retention/retention-runner.js';
import { TestApp } from '../support/app.js';
import { idle, messagesOf, newCustomer, threadOf } from '../support/conversation.js';
import { eventually } from '../support/eventually.js';
import { lastUserText, reply } from '../support/fake-openai.js';
import type { TestTenant } from '../support/tenant.js';
import { TestClock } from '../support/test-clock.js';

interface Request {
  id: string;
  state: string;
  code?: string;
  steps: { store: string; state: string; what: string; records: number }[];
  holds: { reason: string }[];
}

const DAY = 86_400_000;
const clock = new TestClock();
let host: TestApp;
let tenant: TestTenant;
let other: TestTenant;

beforeAll(async () => {
  host = await TestApp.start({ model: 'scripted', clock });
  tenant = await host.createTenant();
  other = await host.createTenant({ calendar: false });
});
beforeEach(() => {
  host.openai.handler = (request) => reply.text(`You said: ${lastUserText(request)}`);
});
afterAll(() => host.stop());

const say = async (from: string, text: string, name: string, of = tenant) => {
  const before = host.graph.messages.filter(({ to }) => to === from).length;
  await of.whatsapp(from, text, { name, sentAt: clock.now() });
  await host.graph.waitForMessages(before + 1, { to: from });
  await idle(host, of);
  return threadOf(of, from);
};
/** Tokens age with the clock. */
const signIn = async () => {
  for (const each of [tenant, other]) {
    const { email, password } = each;
    each.token = (
      await each.post<{ accessToken: string }>('/api/v1/auth/login', { email, password })
    ).body.accessToken;
  }
};
const open = (kind: string, subject: object) =>
  tenant.post<Request>('/api/v1/privacy/requests', { kind, subject, reason: 'asked by Canaria' });
const finished = (id: string) =>
  eventually(`request ${id} done`, async () => {
    const { body } = await tenant.get<Request>(`/api/v1/privacy/requests/${id}`);
    return ['pending', 'running'].includes(body.state) ? undefined : body;
  });

/** Every place of the database in which a text occurs. */
const found = async (words: string[]): Promise<string[]> => {
  const [{ current_database: database } = { current_database: '' }] = await host.query<{
    current_database: string;
  }>(tenant.id, 'SELECT current_database()');
  const client = new Client({ connectionString: host.settings.database.url ?? '' });
  await client.connect();
  const places: string[] = [];
  try {
    const { rows } = await client.query<{ table: string; column: string }>(
      `SELECT c.table_name AS table, c.column_name AS column FROM information_schema.columns c
       JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE c.table_schema = 'public' AND c.table_catalog = $1 AND t.table_type = 'BASE TABLE'
         AND c.data_type IN ('text', 'json', 'jsonb', 'bytea', 'ARRAY', 'character varying')`,
      [database],
    );
    for (const { table, column } of rows)
      for (const word of words) {
        const hits = await client.query(
          `SELECT 1 FROM ${table} WHERE position($1 IN ${column}::text) > 0 LIMIT 1`,
          [word],
        );
        if (hits.rows.length > 0) places.push(`${table}.${column}: ${word}`);
      }
  } finally {
    await client.end();
  }
  return places;
};

describe('what is held about people', () => {
  it('every table with texts is claimed by a store, column by column, or has a reason', async () => {
    const client = new Client({ connectionString: host.settings.database.url ?? '' });
    await client.connect();
    const { rows } = await client.query<{ table: string; column: string }>(
      `SELECT c.table_name AS table, c.column_name AS column FROM information_schema.columns c
       JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
         AND c.data_type IN ('text', 'json', 'jsonb', 'bytea', 'ARRAY', 'character varying')`,
    );
    await client.end();
    const stores = host.app.get(PersonalDataStores);
    const unclaimed = rows.filter(({ table, column }) => {
      if (Object.hasOwn(IMPERSONAL_TABLES, table)) return false;
      const claim = PERSONAL_TABLES[table];
      return !claim || !stores.find(claim.store) || ![...claim.personal, ...claim.plain].includes(column);
    });
    expect(unclaimed.map(({ table, column }) => `${table}.${column}`).sort()).toEqual([]);
  });
});

describe('an export', () => {
  it('has everything of one person, nothing of another, and a receipt', async () => {
    const [from, stranger] = [newCustomer(), newCustomer()];
    await say(from, 'My canary sings', 'Canaria Export');
    await say(stranger, 'Somebody else speaks', 'Stranger');
    const { status, body } = await open('export', { phone: `+${from}` });
    expect(status).toBe(201);
    expect(await finished(body.id)).toMatchObject({ state: 'completed' });
    const answer = await fetch(`${host.url}/api/v1/privacy/requests/${body.id}/export`, {
      headers: { authorization: `Bearer ${tenant.token}` },
    });
    const text = await answer.text();
    const document = JSON.parse(text) as { sections: { store: string; records: { text?: string }[] }[] };
    expect(text).toContain('Canaria Export');
    expect(text).not.toContain('Somebody else');
    const messages = document.sections.find(({ store }) => store === 'conversations.messages');
    expect(messages?.records.map((record) => record.text)).toEqual([
      'My canary sings',
      'You said: My canary sings',
    ]);
    const receipt = await tenant.get(`/api/v1/privacy/requests/${body.id}/receipt`);
    const keys = (await tenant.get<{ keys: { x: string }[] }>('/api/v1/privacy/receipt-keys')).body.keys;
    expect(verifyReceipt(receipt.body, keys)).toBe(true);
    expect(verifyReceipt({ ...receipt.body, state: 'cancelled' }, keys)).toBe(false);
    clock.pass(15 * DAY);
    await signIn();
    expect((await tenant.get(`/api/v1/privacy/requests/${body.id}/export`)).status).toBe(404);
  });
});

describe('an erasure', () => {
  it('leaves no trace of the person anywhere, and touches nobody else', async () => {
    const [from, stranger] = [newCustomer(), newCustomer()];
    const thread = await say(from, 'My canarybird sings', 'Canaria Erased');
    const theirs = await say(stranger, 'I stay', 'Stranger');
    await say(from, 'My canarybird sings elsewhere', 'Canaria Erased', other);
    const { body } = await open('erasure', { phone: `+${from}` });
    const done = await finished(body.id);
    expect(done.state).toBe('completed');
    const step = (name: string) => done.steps.find(({ store }) => store === name);
    expect(step('conversations.messages')).toMatchObject({ what: 'deleted', records: 2 });
    expect(step('encryption.subject-keys')).toMatchObject({ what: 'key destroyed' });
    await idle(host, tenant);
    expect(await found([from, 'Canaria Erased', 'canarybird'])).toEqual([]);
    expect(await messagesOf(tenant, thread.id)).toEqual([]);
    expect(await messagesOf(tenant, theirs.id)).toHaveLength(2);
    expect(await messagesOf(other, (await threadOf(other, from)).id)).toHaveLength(2);
    const receipt = await tenant.get(`/api/v1/privacy/requests/${body.id}/receipt`);
    expect(JSON.stringify(receipt.body)).not.toContain(from);

    // The provider delivers once more what was said before.
    const sentAt = new Date(clock.now().getTime() - 3_600_000);
    await tenant.whatsapp(from, 'My canarybird sings', { name: 'Canaria Erased', sentAt });
    await idle(host, tenant);
    expect(await found(['Canaria Erased', 'canarybird'])).toEqual([]);
    expect(
      await host.query(tenant.id, `SELECT 1 FROM inbound_event WHERE note LIKE 'of a person%'`),
    ).toHaveLength(1);

    const again = await say(from, 'It is me again', 'Canaria Again');
    expect(host.openai.requests.length).toBeGreaterThan(0);
    expect(again.id).not.toBe(thread.id);
    expect(again.customer.id).not.toBe(thread.customer.id);
    expect(await messagesOf(tenant, again.id)).toHaveLength(2);
  });

  it('is refused by a hold, says why, and goes on when it is lifted', async () => {
    const from = newCustomer();
    await say(from, 'Keep me', 'Held Person');
    const subject = { phone: `+${from}` };
    const hold = await tenant.post<{ id: string }>('/api/v1/privacy/holds', {
      subject,
      reason: 'Litigation',
      authority: 'Court',
    });
    expect(hold.status).toBe(201);
    const { body } = await open('erasure', subject);
    const refused = await finished(body.id);
    expect(refused).toMatchObject({ state: 'refused_by_hold', holds: [{ reason: 'Litigation' }] });
    expect(await messagesOf(tenant, (await threadOf(tenant, from)).id)).toHaveLength(2);
    const lifted = await tenant.post(`/api/v1/privacy/holds/${hold.body.id}/lift`, { reason: 'over' });
    expect(lifted.body).toMatchObject({ waitingRequestIds: [body.id] });
    expect((await tenant.post(`/api/v1/privacy/requests/${body.id}/resume`)).status).toBe(200);
    expect(await finished(body.id)).toMatchObject({ state: 'completed' });
  });

  it('goes on where a worker broke off', async () => {
    const from = newCustomer();
    await say(from, 'Broken off', 'Half Person');
    const store = host.app.get(PersonalDataStores).find('ai.turn-records')?.store;
    const dies = jest.spyOn(store!, 'erase').mockRejectedValueOnce(new Error('killed'));
    const { body } = await open('erasure', { phone: `+${from}` });
    const done = await finished(body.id);
    expect(dies.mock.calls.length).toBeGreaterThanOrEqual(2);
    dies.mockRestore();
    expect(done.state).toBe('completed');
    expect(done.steps.find((step) => step.store === 'conversations.messages')).toMatchObject({ records: 2 });
    expect(await found([from, 'Half Person', 'Broken off'])).toEqual([]);
  });

  it('refuses what names nobody, or several ways at once', async () => {
    expect((await open('erasure', { phone: '+4915199999999' })).status).toBe(404);
    expect((await open('erasure', {})).body.code).toBe('privacy.subject_invalid');
    expect((await open('erasure', { email: tenant.email })).body.code).toBe('privacy.member_not_erasable');
    expect((await open('export', { email: tenant.email })).status).toBe(201);
  });
});

describe('retention', () => {
  it('cannot fall below the law, and says so', async () => {
    const answer = await tenant.call<{ errors: { detail: string }[] }>('PUT', '/api/v1/privacy/retention', {
      days: { invoices: 30 },
    });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0]?.detail).toMatch(/2922 days.*AO/);
  });

  it('is set by who has read the last version', async () => {
    const read = await tenant.get<{ version: number }>('/api/v1/privacy/retention');
    expect(read.headers.get('etag')).toBe(`"${read.body.version}"`);
    const put = (days: object) =>
      tenant.call<{ version: number; code?: string }>(
        'PUT',
        '/api/v1/privacy/retention',
        { days },
        {
          'if-match': `"${read.body.version}"`,
        },
      );
    expect((await put({ messages: 90 })).body.version).toBe(read.body.version + 1);
    expect((await put({ messages: 30 })).body.code).toBe('privacy.retention_changed');
  });

  it('prunes what is old and not held, once a day, and shows it', async () => {
    const [from, held] = [newCustomer(), newCustomer()];
    const thread = await say(from, 'Old words', 'Old Person');
    const kept = await say(held, 'Held words', 'Held Too');
    const subject = { phone: `+${held}` };
    await tenant.post('/api/v1/privacy/holds', { subject, reason: 'Litigation', authority: 'Court' });
    clock.pass(91 * DAY);
    const run = () => host.as(tenant.id, () => host.app.get(RetentionRunner).run());
    await signIn();
    const preview = await tenant.post<{ data: { store: string; records: number }[] }>(
      '/api/v1/privacy/retention/preview',
    );
    expect(
      preview.body.data.find(({ store }) => store === 'conversations.messages')?.records,
    ).toBeGreaterThanOrEqual(2);
    expect(await messagesOf(tenant, thread.id)).toHaveLength(2);
    await Promise.all([run(), run()]);
    await run();
    expect(await messagesOf(tenant, thread.id)).toEqual([]);
    expect(await messagesOf(tenant, kept.id)).toHaveLength(2);
    const runs = await tenant.get<{ data: { classes: { store: string; records: number }[] }[] }>(
      '/api/v1/privacy/retention/runs',
    );
    const classes = runs.body.data[0]?.classes ?? [];
    expect(classes.find(({ store }) => store === 'conversations.messages')?.records).toBeGreaterThanOrEqual(
      2,
    );
  });
});
