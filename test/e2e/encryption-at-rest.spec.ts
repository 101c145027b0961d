import { Redis } from 'ioredis';
import { Client } from 'pg';
import { newId } from '#libs/kernel';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
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

const ALLOWED: ReadonlyMap<string, string> = new Map([
  // What a provider calls a message may have the number in base64 inside; it is looked up and quoted to the provider as it is.
]);

/** Every place in the database where one of the texts stands, as `table.column`: all tables, all columns that hold text. */
const placesOf = async (texts: readonly string[]): Promise<string[]> => {
  const { rows: columns } = await sql.query<{ t: string; c: string }>(
    `SELECT c.relname AS t, a.attname AS c FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
       AND a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'json'::regtype, 'jsonb'::regtype, 'text[]'::regtype,
         'jsonb[]'::regtype, 'bytea'::regtype, 'inet'::regtype)`,
  );
  const found: string[] = [];
  for (const { t, c } of columns) {
    const { rowCount } = await sql.query(
      `SELECT 1 FROM "${t}" WHERE EXISTS (SELECT 1 FROM unnest($1::text[]) AS w(x)
         WHERE position(lower(w.x) in lower(CASE WHEN pg_typeof("${c}") = 'bytea'::regtype
           THEN encode(convert_to("${c}"::text, 'UTF8'), 'escape') ELSE "${c}"::text END)) > 0) LIMIT 1`,
      [texts],
    );
    if (rowCount) found.push(`${t}.${c}`);
  }
  return found.sort();
};

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
  expect(await placesOf([canary])).toEqual(['outbox_event.payload']);
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
  expect((await placesOf(secret)).filter((place) => !ALLOWED.has(place))).toEqual([]);
  expect(await keysWith(secret)).toEqual([]);
});
