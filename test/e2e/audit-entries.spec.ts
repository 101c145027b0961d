import { AddMemberCommand } from '#contracts/tenancy';
import { FieldCipher } from '#libs/encryption';
import { newId, runInContext } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { auditOf, faultsOf } from '../support/audit.js';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { type TestTenant } from '../support/tenant.js';

interface Entry {
  id: string;
  sequence: number;
  kind: string;
  action: string;
  operation: string;
  actor: { kind: string; id: string };
  subject: { type: string; id: string | null } | null;
  changes: { field: string; before: unknown; after: unknown; state: string }[];
  facts: { count?: number; ids?: string[]; path?: object } | null;
  request: { id: string | null; ip: string | null };
}
type Page = { data: Entry[]; hasMore: boolean };

let app: TestApp;
let salon: TestTenant;
let person: string;

beforeAll(async () => {
  app = await TestApp.start();
  salon = await app.createTenant();
  [{ person_id: person } = { person_id: '' }] = await app.query<{ person_id: string }>(
    salon.id,
    'SELECT person_id FROM membership',
  );
}, 60_000);
afterAll(() => app.stop());

const entries = async (query: string, tenant = salon): Promise<Entry[]> => {
  const { status, body } = await tenant.get<Page>(`/api/v1/audit/entries?${query}`);
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body.data;
};
/** Each on a day of its own. */
let days = 1;
const book = async (name = 'Iryna Koval', customerId?: string) => {
  const startsAt = new Date(Date.now() + 86_400_000 * (days += 1));
  startsAt.setUTCHours(10, 0, 0, 0);
  const { body } = await salon.post<{ id: string }>('/api/v1/bookings', {
    serviceId: salon.services.get('Manicure'),
    startsAt: startsAt.toISOString(),
    customer: { name, phone: '+380501234567', ...(customerId ? { id: customerId } : {}) },
  });
  return body.id;
};
const as = async (role: 'admin' | 'agent' | 'auditor'): Promise<TestTenant['get']> => {
  const email = `${role}-${newId()}@example.test`;
  await app.as(salon.id, () =>
    app.dispatcher.request(new AddMemberCommand({ email, name: role, password: salon.password, role })),
  );
  const login = await salon.post<{ accessToken: string }>('/api/v1/auth/login', {
    email,
    password: salon.password,
  });
  return (path, headers) =>
    salon.get(path, { ...headers, authorization: `Bearer ${login.body.accessToken}` });
};

describe('the entries', () => {
  it('show changes field by field, opened, and chosen by subject, actor, action and request', async () => {
    const id = await book();
    const [created] = await entries(`subjectType=booking&subjectId=${id}&action=insert`);
    expect(created).toMatchObject({ operation: 'createBooking', actor: { kind: 'user', id: person } });
    expect(created?.changes).toContainEqual({
      field: 'customer_name',
      before: null,
      after: 'Iryna Koval',
      state: 'plain',
    });
    const [raw] = (await auditOf(app, salon.id)).filter(
      ({ subjectId, kind }) => subjectId === id && kind === 'change',
    );
    expect(raw?.after).not.toContain('Iryna');
    await salon.post(`/api/v1/bookings/${id}/cancel`, {}, { 'x-request-id': `cancel-${id}` });
    const [cancelled] = await entries(`requestId=cancel-${id}&kind=change`);
    expect(cancelled?.changes).toContainEqual({
      field: 'status',
      before: 'confirmed',
      after: 'cancelled',
      state: 'plain',
    });
    expect(cancelled?.changes.map(({ field }) => field)).not.toContain('customer_name');
    expect(await entries(`actorId=${newId()}`)).toEqual([]);
    expect((await salon.get<Entry>(`/api/v1/audit/entries/${created?.id}`)).body).toEqual(created);
  });

  it('mask secrets', async () => {
    const [session] = await entries('subjectType=refresh_session&limit=1');
    expect(session?.changes).toContainEqual({
      field: 'token_hash',
      before: null,
      after: null,
      state: 'masked',
    });
  });

  it('come in pages, newest first, and by time', async () => {
    const first = (await salon.get<Page>('/api/v1/audit/entries?limit=3&kind=change')).body;
    const second = (
      await salon.get<Page>(`/api/v1/audit/entries?limit=3&kind=change&startingAfter=${first.data[2]?.id}`)
    ).body;
    const sequences = [...first.data, ...second.data].map(({ sequence }) => sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => b - a));
    expect(new Set(sequences).size).toBe(6);
    expect(await entries('from=2000-01-01T00:00:00Z&to=2000-01-02T00:00:00Z')).toEqual([]);
    expect((await entries('from=2000-01-01T00:00:00%2B02:00&limit=1')).length).toBe(1);
  });

  it.each([
    'limit=0',
    'limit=x',
    'from=yesterday',
    'from=2026-01-01',
    'to=2026-13-01T00:00:00Z',
    'kind=all',
    'startingAfter=1',
    'unknown=1',
    'actorId=%00',
    `subjectId=${'x'.repeat(101)}`,
  ])('refuse %s', async (query) => {
    expect((await salon.get(`/api/v1/audit/entries?${query}`)).status).toBe(422);
  });

  it('are for owner, admin and auditor, of their own business', async () => {
    const [entry] = await entries('limit=1');
    const status = async (get: TestTenant['get']) => [
      (await get('/api/v1/audit/entries')).status,
      (await get(`/api/v1/audit/entries/${entry?.id}`)).status,
      (await get('/api/v1/audit/heads')).status,
    ];
    expect(await status(await as('auditor'))).toEqual([200, 200, 200]);
    expect(await status(await as('admin'))).toEqual([200, 200, 200]);
    expect(await status(await as('agent'))).toEqual([403, 403, 403]);
    const other = await app.createTenant({ calendar: false });
    expect((await other.get(`/api/v1/audit/entries/${entry?.id}`)).status).toBe(404);
    expect(await entries(`subjectId=${entry?.subject?.id ?? ''}`, other)).toEqual([]);
    expect((await salon.get(`/api/v1/audit/entries/${newId()}`)).body).toMatchObject({
      code: 'audit.entry_not_found',
    });
  });

  it('show personal data as erased once its key is gone, and the chain still holds', async () => {
    const customerId = newId();
    const id = await book('To be forgotten', customerId);
    const field = async () =>
      (await entries(`subjectType=booking&subjectId=${id}&action=insert`))[0]?.changes.find(
        (change) => change.field === 'customer_name',
      );
    expect(await field()).toMatchObject({ after: 'To be forgotten', state: 'plain' });
    await app.as(salon.id, () =>
      app.app.get(UnitOfWork).run(() => app.app.get(FieldCipher).destroySubjectKeys(customerId)),
    );
    expect(await field()).toEqual({ field: 'customer_name', before: null, after: null, state: 'erased' });
    expect(await faultsOf(app, salon.id)).toEqual([]);
  });

  it('do not show what was only sealed anew', async () => {
    const id = await book();
    const uow = app.app.get(UnitOfWork);
    await runInContext(
      { tenantId: salon.id, traceId: 't', actor: { kind: 'user', id: person, permissions: new Set() } },
      () =>
        uow.run(async () => {
          const place = { table: 'booking', column: 'customer_name', rowId: id };
          const sealed = await app.app.get(FieldCipher).seal('Iryna Koval', place);
          await uow.execute('UPDATE booking SET customer_name = $2, version = version + 1 WHERE id = $1', [
            id,
            sealed,
          ]);
        }),
    );
    const [entry] = await entries(`subjectType=booking&subjectId=${id}&action=update`);
    expect(entry?.changes.map(({ field }) => field)).toEqual(['version']);
  });
});

describe('a read of personal data', () => {
  it('is an entry that names the records', async () => {
    const id = await book();
    await salon.get(`/api/v1/bookings/${id}`);
    const [one] = await entries(`kind=read&subjectType=booking&subjectId=${id}&limit=1`);
    expect(one).toMatchObject({ operation: 'getBooking', facts: { count: 1, ids: [id], path: { id } } });
    const listed = await salon.get<{ data: { id: string }[] }>('/api/v1/bookings?limit=2');
    const [list] = await entries('kind=read&subjectType=booking&limit=1');
    expect(list).toMatchObject({
      operation: 'listBookings',
      facts: { count: listed.body.data.length, ids: listed.body.data.map((row) => row.id) },
    });
  });

  it('is one too when an answer is given again to the same key', async () => {
    const startsAt = new Date(Date.now() + 86_400_000 * 28);
    startsAt.setUTCHours(12, 0, 0, 0);
    const request = () =>
      salon.post<{ id: string }>(
        '/api/v1/bookings',
        {
          serviceId: salon.services.get('Massage'),
          startsAt: startsAt.toISOString(),
          customer: { name: 'Twice', phone: '+380501234567' },
        },
        { 'idempotency-key': 'shown-twice' },
      );
    const { body } = await request();
    expect((await request()).headers.get('idempotency-replayed')).toBe('true');
    expect(await entries(`kind=read&subjectId=${body.id}`)).toHaveLength(2);
    expect(await entries(`kind=change&subjectId=${body.id}`)).toHaveLength(1);
  });

  it('that finds nothing is none', async () => {
    const id = newId();
    expect((await salon.get(`/api/v1/threads/${id}`)).status).toBe(404);
    expect(await entries(`subjectId=${id}`)).toEqual([]);
  });

  it('of the trail is in the trail', async () => {
    await entries('limit=1');
    const [last] = await entries('kind=read&limit=1');
    expect(last).toMatchObject({ subject: { type: 'audit-entry' }, operation: 'listAuditEntries' });
  });
});

describe('signing in', () => {
  it('is an entry, refused or not, and so are signing out and a stolen token', async () => {
    const login = (password: string) =>
      salon.post<{ refreshToken: string }>('/api/v1/auth/login', { email: salon.email, password });
    const { refreshToken } = (await login(salon.password)).body;
    expect((await login('not the password')).status).toBe(401);
    const [signedIn] = await entries('action=auth.signed-in&limit=1');
    expect(signedIn).toMatchObject({
      actor: { kind: 'user', id: person },
      operation: 'logIn',
      subject: { type: 'session' },
    });
    const refused = await eventually(
      'the refusal is in the trail',
      async () => (await entries('action=auth.sign-in-refused'))[0],
    );
    expect(refused).toMatchObject({ actor: { kind: 'system' }, subject: { type: 'person', id: person } });
    expect(JSON.stringify(refused)).not.toContain(salon.email);
    await salon.post('/api/v1/auth/refresh', { refreshToken });
    expect((await salon.post('/api/v1/auth/refresh', { refreshToken })).status).toBe(401);
    expect(await entries('action=auth.refresh-reused')).toMatchObject([{ subject: signedIn?.subject }]);
    const again = (await login(salon.password)).body;
    await salon.post('/api/v1/auth/logout', { refreshToken: again.refreshToken });
    await salon.post('/api/v1/auth/logout', { refreshToken: again.refreshToken });
    expect(await entries('action=auth.signed-out')).toMatchObject([{ actor: { kind: 'user', id: person } }]);
  });
});
