import { Secret, TOTP } from 'otpauth';
import { Client } from 'pg';
import { KeyRotation, SealedTables } from '#libs/encryption';
import { newId } from '#libs/kernel';
import { idle, newCustomer, threadOf } from '../support/conversation.js';
import { eventually } from '../support/eventually.js';
import { GOOD_PASSWORD, IdentityApp } from '../support/identity.js';
import { placesOf, placesWhere } from '../support/table-scan.js';
import type { TestTenant } from '../support/tenant.js';

/** Places that keep what a retired key has sealed, each with its reason. */
const KEEP_RETIRED: Readonly<Record<string, string>> = {
  'audit_entry.before': 'written once and never changed; erasure destroys the key',
  'audit_entry.after': 'written once and never changed; erasure destroys the key',
};

/** Places that may keep some of it in plain text, each with its reason. */
const PLAIN: Readonly<Record<string, string>> = {
  'audit_entry.address': 'where a request came from is a part of the evidence, and what auditors filter by',
};

/** Registered columns that `fill` does not reach. */
const UNFILLED = [
  'booking.cancel_reason',
  'booking.notes',
  'kyb_alert_event.note',
  'kyb_change.content',
  'kyb_check.facts',
  'kyb_check.question',
  'kyb_exchange.content',
  'kyb_hit.explanation',
  'kyb_snapshot.facts',
  'thread.handoff_reason',
];

let desk: IdentityApp;
let tenant: TestTenant;
let sql: Client;
/** Every secret that was given or answered. */
const secrets: string[] = [];

const secret = (text: string): string => {
  secrets.push(text);
  return text;
};
const ok = async (
  answer: Promise<{ status: number; body: object }>,
): Promise<Record<string, string> & { id: string }> => {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body as Record<string, string> & { id: string };
};

beforeAll(async () => {
  desk = await IdentityApp.start({ env: { MFA_CODE_DRIFT_STEPS: '1' } });
  tenant = await desk.host.createTenant();
  sql = new Client({ connectionString: desk.host.settings.database.url ?? '' });
  await sql.connect();
  await fill();
}, 60_000);
afterAll(async () => {
  await sql.end();
  await desk.stop();
});

/** A row in everything that keeps a secret or a person's words. */
const fill = async (): Promise<void> => {
  const from = secret(newCustomer());
  await tenant.whatsapp(from, `Can I book a manicure tomorrow at 15:00? ${secret('frumious')}`, {
    name: secret('Zephyrine Quixworth'),
  });
  const thread = await threadOf(tenant, from);
  await idle(desk.host, tenant);
  await tenant.post(`/api/v1/threads/${thread.id}/messages`, { text: `Bring ${secret('bandersnatch')}` });
  await webhooks();
  await accounts();
  await ok(
    tenant.call('PUT', '/api/v1/branding/sender', {
      smtp: {
        host: 'smtp.example.com',
        port: 465,
        security: 'tls',
        username: 'salon',
        password: secret('smtp-pass-7351'),
      },
    }),
  );
  const subject = { phone: `+${from}` };
  await ok(tenant.post('/api/v1/privacy/holds', { subject, reason: 'Litigation', authority: 'Court' }));
  const request = await ok(
    tenant.post('/api/v1/privacy/requests', { kind: 'export', subject, reason: 'They asked' }),
  );
  await eventually('the export is done', async () => {
    const { body } = await tenant.get(`/api/v1/privacy/requests/${request.id}`);
    return body['state'] === 'completed';
  });
  await ok(
    tenant.post('/api/v1/kyb/counterparties', {
      kind: 'organisation',
      names: [secret('Jabberwock Handels GmbH')],
      country: 'DE',
      roles: ['supplier'],
    }),
  );
};

/** Links, second factors and an address that was left; what is mailed at last cannot be delivered, and stays sealed. */
const accounts = async (): Promise<void> => {
  const owner = await desk.signUp({ name: secret('Ottoline Bramblewick') });
  secret(owner.email);
  await ok(desk.call('PATCH', '/me', { name: secret('Ottoline Gorse') }, { token: owner.accessToken }));
  secret(await desk.mail.tokenTo(owner.email, 'verify-email'));
  const [guest, next] = [secret(`${newId()}@guest.example`), secret(`${newId()}@next.example`)];
  await ok(desk.post('/invitations', { email: guest, role: 'agent' }, owner.accessToken));
  secret(await desk.mail.tokenTo(guest, 'accept-invitation'));
  await desk.post('/auth/password-reset', { email: owner.email });
  secret(await desk.mail.tokenTo(owner.email, 'reset-password'));
  await ok(desk.post('/me/email', { password: GOOD_PASSWORD, email: next }, owner.accessToken));
  const token = secret(await desk.mail.tokenTo(next, 'change-email'));
  await ok(desk.post('/auth/change-email', { token }));
  expect((await desk.logIn(next, {}, secret('203.0.113.77'))).status).toBe(200);
  const mfa = await ok(tenant.post('/api/v1/me/mfa', { password: tenant.password }));
  const totp = new TOTP({ secret: Secret.fromBase32(secret(mfa['secret'] ?? '')) });
  const confirmed = await tenant.post<{ recoveryCodes: string[] }>('/api/v1/me/mfa/confirm', {
    code: totp.generate(),
  });
  confirmed.body.recoveryCodes.forEach(secret);
  desk.mail.refusals.push(...Array.from({ length: 100 }, () => 451));
  await ok(tenant.post('/api/v1/invitations', { email: `late-${guest}`, role: 'agent' }));
  await desk.post('/auth/password-reset', { email: tenant.email });
  await eventually('the link that waits for its mail', async () => {
    const { rowCount } = await sql.query('SELECT 1 FROM person_token WHERE sealed_token IS NOT NULL');
    return (rowCount ?? 0) > 0;
  });
};

const webhooks = async (): Promise<void> => {
  const endpoint = await ok(
    tenant.post(
      '/api/v1/webhook-endpoints',
      {
        url: 'https://hooks.example/x',
        eventTypes: ['*'],
        headers: { authorization: secret(`Bearer-${newId()}`) },
      },
      { 'idempotency-key': newId() },
    ),
  );
  secret(endpoint['secret'] ?? '');
  const path = `/api/v1/webhook-endpoints/${endpoint.id}`;
  const headers = { authorization: secret(`Bearer-${newId()}`) };
  await ok(tenant.call('PATCH', path, { headers }, { 'if-match': '*' }));
  const rotated = await ok(tenant.post(`${path}/rotate-secret`, { graceSeconds: 3600 }));
  secret(rotated['secret'] ?? '');
};

it('finds a text wherever it stands, so that what follows can fail', async () => {
  await sql.query(`UPDATE tenant SET name = 'v1.AAAAAAAAAAAAAAAA.BBBBBBBBBBBBBBBBBBBBBB.C' WHERE id = $1`, [
    tenant.id,
  ]);
  expect(await placesOf(sql, ['v1.aaaaaaaaaaaaaaaa.'])).toEqual(['tenant.name']);
  expect(await placesWhere(sql, OF_BEFORE, [])).toEqual(['tenant.name']);
  await sql.query(`UPDATE tenant SET name = 'Salon' WHERE id = $1`, [tenant.id]);
});

it('keeps no secret and no words of a person in plain text', async () => {
  expect(secrets.filter((text) => text.length < 8)).toEqual([]);
  expect(await placesOf(sql, secrets)).toEqual(Object.keys(PLAIN));
});

/** `v1.<nonce>.<tag>.`: what SECRET_KEY alone has sealed. */
const OF_BEFORE = `v ~ 'v1\\.[A-Za-z0-9_-]{16}\\.[A-Za-z0-9_-]{22}\\.'`;

it('seals nothing with SECRET_KEY alone', async () => {
  expect(await placesWhere(sql, OF_BEFORE, [])).toEqual([]);
});

it('leaves nothing under a retired key after new data keys: every sealed column is registered', async () => {
  const sealed = await placesWhere(sql, `v ~ '(^|")fd1\\.'`, []);
  const rotation = desk.host.app.get(KeyRotation);
  for await (const id of rotation.realms()) await rotation.rotateData(id, undefined, 0);
  const { rows } = await sql.query<{ id: string }>(
    'SELECT id FROM data_key WHERE retired_at IS NOT NULL UNION ALL SELECT id FROM system_key WHERE retired_at IS NOT NULL',
  );
  expect(rows.length).toBeGreaterThan(1);
  const names = rows.map(({ id }) => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url'));
  const left = await placesWhere(
    sql,
    `EXISTS (SELECT 1 FROM unnest($1::text[]) AS k(x) WHERE position('fd1.' || k.x || '.' in v) > 0)`,
    [names],
  );
  expect(left.filter((place) => !Object.hasOwn(KEEP_RETIRED, place))).toEqual([]);
  expect(left).toEqual(Object.keys(KEEP_RETIRED).sort());
  // What was sealed before is sealed still: nothing was lost on the way.
  expect(await placesWhere(sql, `v ~ '(^|")fd1\\.'`, [])).toEqual(sealed);
  expect(await placesOf(sql, secrets)).toEqual(Object.keys(PLAIN));
  const registered = desk.host.app
    .get(SealedTables)
    .all()
    .flatMap(({ table, columns }) =>
      columns.filter(({ kind }) => kind !== 'index').map(({ name }) => `${table}.${name}`),
    );
  expect(registered.filter((place) => !sealed.includes(place)).sort()).toEqual(UNFILLED);
});
