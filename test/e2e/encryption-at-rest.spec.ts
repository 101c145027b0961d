import { Redis } from 'ioredis';
import { Client } from 'pg';
import { FieldCipher } from '#libs/encryption';
import { newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { TestApp } from '../support/app.js';
import { idle, threadOf } from '../support/conversation.js';
import { eventually } from '../support/eventually.js';
import { placesOf } from '../support/table-scan.js';
import { type TestTenant } from '../support/tenant.js';

let host: TestApp;
let tenant: TestTenant;
let sql: Client;

beforeAll(async () => {
  host = await TestApp.start();
  tenant = await host.createTenant();
  sql = new Client({ connectionString: host.settings.database.url ?? '' });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await host.stop();
});

/** Places that may hold a customer's words or number in plain text, each with its reason. There is none. */
const ALLOWED: ReadonlyMap<string, string> = new Map();

/** As `placesOf`, in Redis: names of keys, and everything that they hold. */
const keysWith = async (texts: readonly string[]): Promise<string[]> => {
  const redis = new Redis(host.settings.redis.url ?? '');
  try {
    const found: string[] = [];
    for (const key of await redis.keys('*')) {
      const dumped = (await redis.dumpBuffer(key))?.toString('latin1').toLowerCase() ?? '';
      const read = JSON.stringify(await contentOf(redis, key)).toLowerCase();
      if (texts.some((text) => `${key}${dumped}${read}`.toLowerCase().includes(text.toLowerCase())))
        found.push(key);
    }
    return found;
  } finally {
    redis.disconnect();
  }
};

const contentOf = async (redis: Redis, key: string): Promise<unknown> => {
  switch (await redis.type(key)) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, 0, -1);
    default:
      return null;
  }
};

it('finds a plain text wherever it stands, so that what follows can fail', async () => {
  const canary = `canary-${newId()}`;
  await sql.query(
    `INSERT INTO outbox_event (tenant_id, id, type, aggregate_id, payload, trace_id, settled_at)
     VALUES ($1, $2, 'x', $2, jsonb_build_object('a', jsonb_build_object('b', $3::text)), 't', now())`,
    [tenant.id, newId(), canary],
  );
  expect(await placesOf(sql, [canary])).toEqual(['outbox_event.payload']);
  await sql.query('DELETE FROM outbox_event WHERE type = $1', ['x']);
});

it('keeps nothing of a customer in plain text after a booking by WhatsApp', async () => {
  const phone = `4915${String(process.hrtime.bigint()).slice(-9)}`;
  const name = 'Zephyrine Quixworth';
  const words = 'frumious';
  const say = async (text: string) => {
    const before = host.graph.messages.filter(({ to }) => to === phone).length;
    await tenant.whatsapp(phone, text, { name });
    await eventually('an answer', () => host.graph.messages.filter(({ to }) => to === phone).length > before);
  };
  await say(`Hi, can I book a manicure tomorrow at 15:00? ${words}`);
  await say('yes please');
  const booked = await eventually('the booking', async () => {
    const { body } = await tenant.get<{ data: { customer: { name: string; phone: string } }[] }>(
      '/api/v1/bookings?limit=100',
    );
    return body.data[0];
  });
  expect(booked.customer.phone).toContain(phone);
  const staffKey = { 'idempotency-key': newId() };
  const threads = await tenant.get<{ data: { id: string; preview: string; customer: { name: string } }[] }>(
    '/api/v1/threads?limit=10',
  );
  const thread = threads.body.data[0];
  expect(thread?.customer.name).toBe(name);
  await tenant.post(`/api/v1/threads/${thread?.id}/messages`, { text: `Bring ${words} along` }, staffKey);
  await eventually('it is sent', () =>
    host.graph.messages.some(({ to, text }) => to === phone && text.includes('along')),
  );

  const secret = [phone, name, 'Quixworth', words, 'manicure tomorrow at 15:00'];
  expect((await placesOf(sql, secret)).filter((place) => !ALLOWED.has(place))).toEqual([]);
  expect(await keysWith(secret)).toEqual([]);
});

it('answers with nothing of a customer whose keys were destroyed, and serves them when they come again', async () => {
  const phone = `4916${String(process.hrtime.bigint()).slice(-9)}`;
  const answers = () => host.graph.messages.filter(({ to }) => to === phone).length;
  await tenant.whatsapp(phone, 'Hi, can I book a manicure tomorrow at 11:00?', { name: 'Erasmus Forgotten' });
  await eventually('an answer', () => answers() === 1);
  await idle(host, tenant);
  const { id, customer } = await threadOf(tenant, phone);
  const destroyed = await host.as(tenant.id, () =>
    host.app.get(UnitOfWork).run(() => host.app.get(FieldCipher).destroySubjectKeys(customer.id)),
  );
  expect(destroyed).toBe(1);
  const read = await tenant.get<{ preview: string; customer: object }>(`/api/v1/threads/${id}`);
  expect(read).toMatchObject({ status: 200, body: { preview: '', customer: { name: null, phone: null } } });
  const list = await tenant.get<{ data: { text: string; parts: unknown[] }[] }>(
    `/api/v1/threads/${id}/messages`,
  );
  expect(new Set(list.body.data.map(({ text, parts }) => `${text}${parts.length}`))).toEqual(new Set(['0']));
  expect((await tenant.get('/api/v1/bookings?limit=100')).status).toBe(200);

  await tenant.whatsapp(phone, 'Hello again', { name: 'Erasmus Returned' });
  await eventually('another answer', () => answers() === 2);
  const again = await tenant.get(`/api/v1/threads/${id}`);
  expect(again.body).toMatchObject({ customer: { name: 'Erasmus Returned', phone: `+${phone}` } });
});
