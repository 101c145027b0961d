import { TestApp } from '../support/app.js';
import { faultsOf } from '../support/audit.js';
import { idle } from '../support/conversation.js';
import { eventually } from '../support/eventually.js';
import type { TestTenant } from '../support/tenant.js';
import { TestClock } from '../support/test-clock.js';

interface Request {
  id: string;
  state: string;
  steps: { store: string; what: string | null; records: number }[];
}
interface Change {
  field: string;
  after: unknown;
  state: string;
}

const DAY_MS = 86_400_000;
const clock = new TestClock();
let host: TestApp;
let tenant: TestTenant;

beforeAll(async () => {
  host = await TestApp.start({ clock });
  tenant = await host.createTenant();
});
afterAll(() => host.stop());

/** Staff book by telephone: nobody of that number has ever written. */
const book = async (customer: { name: string; phone: string }, hour: number): Promise<string> => {
  const day = new Date(clock.now().getTime() + 5 * DAY_MS).toISOString().slice(0, 10);
  const { status, body } = await tenant.post<{ id: string }>('/api/v1/bookings', {
    serviceId: tenant.services.get('Manicure'),
    startsAt: `${day}T${hour}:00:00Z`,
    customer,
    notes: `Canary note of ${customer.name}`,
  });
  expect(status).toBe(201);
  return body.id;
};
const ask = (kind: string, subject: object) =>
  tenant.post<Request>('/api/v1/privacy/requests', { kind, subject, reason: 'asked at the counter' });
const finished = (id: string): Promise<Request> =>
  eventually(`request ${id} done`, async () => {
    const { body } = await tenant.get<Request>(`/api/v1/privacy/requests/${id}`);
    return !['pending', 'running'].includes(body.state) && body;
  });
const changesOf = async (bookingId: string): Promise<Change[]> => {
  const { body } = await tenant.get<{ data: { changes: Change[] | null }[] }>(
    `/api/v1/audit/entries?subjectType=booking&subjectId=${bookingId}&limit=100`,
  );
  return body.data.flatMap(({ changes }) => changes ?? []);
};

describe('who booked by telephone and never wrote', () => {
  it('is forgotten in the audit trail as well, and nobody else is', async () => {
    const phone = '+4915114948787';
    const [theirs, other] = [
      await book({ name: 'Canaria Telefona', phone }, 10),
      await book({ name: 'Somebody Else', phone: '+4915114948788' }, 12),
    ];
    expect(JSON.stringify(await changesOf(theirs))).toContain('Canaria Telefona');
    const { body } = await ask('erasure', { phone });
    const done = await finished(body.id);
    expect(done.state).toBe('completed');
    expect(done.steps.find(({ store }) => store === 'encryption.subject-keys')).toMatchObject({
      what: 'key destroyed',
      records: 1,
    });
    await idle(host, tenant);
    const changes = await changesOf(theirs);
    expect(JSON.stringify(changes)).not.toMatch(/Canar|4948787/);
    expect(changes).toContainEqual(expect.objectContaining({ field: 'customer_phone', state: 'erased' }));
    expect(JSON.stringify(await changesOf(other))).toContain('Somebody Else');
    expect((await tenant.get<{ customer: object }>(`/api/v1/bookings/${other}`)).body.customer).toMatchObject(
      { name: 'Somebody Else' },
    );
    expect(await faultsOf(host, tenant.id)).toEqual([]);
  });

  it('is found by any number that can be booked with, however it is written', async () => {
    // Numbering plans know this one as mobile by its beginning, and disagree about its length.
    await book({ name: 'Short Number', phone: '+491514881950' }, 14);
    for (const phone of ['+491514881950', '+49 151 488 1950', '+49 (0) 151 4881950'])
      expect((await ask('export', { phone })).status).toBe(201);
    for (const phone of ['0151 4881950', '+1', 'nobody'])
      expect((await ask('export', { phone })).status).toBe(422);
  });
});
