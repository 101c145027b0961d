import { Client } from 'pg';
import { KeyRotation } from '#libs/encryption';
import { GOOD_PASSWORD, IdentityApp, type Signed } from '../support/identity.js';

let desk: IdentityApp;
let sql: Client;

beforeAll(async () => {
  desk = await IdentityApp.start();
  sql = new Client({ connectionString: desk.host.settings.database.url ?? '' });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await desk.stop();
});

const row = async (table: string, id: string): Promise<Record<string, string | null>> => {
  const { rows } = await sql.query<Record<string, string | null>>(
    `SELECT email, email_index${table === 'person' ? ', name' : ''} FROM ${table} WHERE id = $1`,
    [id],
  );
  return rows[0] ?? {};
};

/** As the release before has left it. */
const unseal = async (owner: Signed, name: string): Promise<void> => {
  await sql.query('UPDATE person SET email = $2, name = $3, email_index = NULL WHERE id = $1', [
    owner.personId,
    owner.email,
    name,
  ]);
  await sql.query(
    `UPDATE login_session SET user_agent = 'Firefox', address = $2, network = $2 WHERE person_id = $1`,
    [owner.personId, '203.0.113.9'],
  );
};
const outcome = ({ status, body }: { status: number; body: unknown }) => [
  status,
  (body as { code?: string }).code,
];

it('keeps addresses and names sealed, and finds them by their blind index', async () => {
  const owner = await desk.signUp({ name: 'Ottoline' });
  const kept = await row('person', owner.personId);
  expect(kept['email']).toMatch(/^fd1\./);
  expect(kept['name']).toMatch(/^fd1\./);
  expect(kept['email_index']).toMatch(/^[\w-]{43}$/);
  expect((await desk.logIn(owner.email.toUpperCase())).status).toBe(200);
  const me = await desk.get<{ email: string; name: string }>('/me', owner.accessToken);
  expect(me.body).toMatchObject({ email: owner.email, name: 'Ottoline' });
});

it('does not open an address or a name that was copied to another account', async () => {
  const [owner, other] = [await desk.signUp(), await desk.signUp()];
  await sql.query('UPDATE person SET name = (SELECT name FROM person WHERE id = $2) WHERE id = $1', [
    owner.personId,
    other.personId,
  ]);
  expect((await desk.get('/me', owner.accessToken)).status).toBe(500);
});

it('shows in the trail who was renamed, without keeping it there', async () => {
  const owner = await desk.signUp({ name: 'Ottoline' });
  await desk.call('PATCH', '/me', { name: 'Bramblewick' }, { token: owner.accessToken });
  const { body } = await desk.get<{
    data: { changes: { field: string; before: unknown; after: unknown }[] }[];
  }>('/audit/entries?subjectType=person&limit=20', owner.accessToken);
  expect(body.data.flatMap(({ changes }) => changes)).toContainEqual({
    field: 'name',
    before: 'Ottoline',
    after: 'Bramblewick',
    state: 'plain',
  });
  const { rows } = await sql.query(
    `SELECT 1 FROM audit_entry WHERE tenant_id = $1 AND coalesce(before::text, '') || coalesce(after::text, '') ~ 'Ottoline|Bramblewick|@'`,
    [owner.tenantId],
  );
  expect(rows).toEqual([]);
});

describe('accounts of the release before', () => {
  let owner: Signed;
  beforeAll(async () => {
    owner = await desk.signUp({ name: 'Ottoline' });
    await unseal(owner, 'Ottoline');
  });

  it('are served as they are, and their address stays theirs', async () => {
    expect((await desk.logIn(owner.email)).status).toBe(200);
    const taken = await desk.post(
      '/auth/sign-up',
      desk.signUpBody({ email: owner.email, password: `${GOOD_PASSWORD} no` }),
    );
    expect(outcome(taken)).toEqual([409, 'auth.email_taken']);
    const other = await desk.signUp();
    await desk.post('/me/email', { password: GOOD_PASSWORD, email: owner.email }, other.accessToken);
    const token = await desk.mail.tokenTo(owner.email, 'change-email');
    expect(outcome(await desk.post('/auth/change-email', { token }))).toEqual([409, 'auth.email_taken']);
    const sessions = await desk.get<{ data: { address: string }[] }>('/me/sessions', owner.accessToken);
    expect(sessions.body.data.map(({ address }) => address)).toContain('203.0.113.9');
    const invited = await desk.post('/invitations', { email: owner.email, role: 'agent' }, owner.accessToken);
    expect(outcome(invited)).toEqual([409, 'tenancy.already_member']);
  });

  it('are sealed by seal-data, and served as before', async () => {
    const guest = `guest-${owner.email}`;
    const invited = await desk.post<{ id: string }>(
      '/invitations',
      { email: guest, role: 'agent' },
      owner.accessToken,
    );
    await sql.query('UPDATE invitation SET email = $2, email_index = NULL WHERE id = $1', [
      invited.body.id,
      guest,
    ]);
    const again = () => desk.post('/invitations', { email: guest, role: 'agent' }, owner.accessToken);
    expect(outcome(await again())).toEqual([409, 'tenancy.already_invited']);

    expect(await desk.host.app.get(KeyRotation).sealData()).toBeGreaterThanOrEqual(3);
    expect((await row('person', owner.personId))['name']).toMatch(/^fd1\./);
    expect((await row('invitation', invited.body.id))['email']).toMatch(/^fd1\./);
    const { rows } = await sql.query<{ network: string; address: string }>(
      'SELECT network, address FROM login_session WHERE person_id = $1',
      [owner.personId],
    );
    for (const login of rows) {
      expect(login.network).toMatch(/^[\w-]{43}$/);
      expect(login.address).toMatch(/^fd1\./);
    }
    expect((await desk.logIn(owner.email)).status).toBe(200);
    expect(outcome(await again())).toEqual([409, 'tenancy.already_invited']);
    expect(await desk.host.app.get(KeyRotation).sealData()).toBe(0);
  });

  it('cannot have an address without its index', async () => {
    await expect(
      sql.query('UPDATE person SET email = $2 WHERE id = $1', [owner.personId, 'plain@example.com']),
    ).rejects.toThrow(/person_email_check/);
  });
});
