import { randomBytes } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { reply } from '../support/fake-openai.js';
import { faultSuite, Installation } from '../support/processes.js';

const ADMIN = { email: 'owner@example.test', password: 'correct-horse-battery' };
const MESSAGES = 3_000;
/** So many rows somebody works on: a run comes back to them, and is not through before they are free. */
const HELD = 50;
const FROM = '4915212345678';

faultSuite('a rotation of keys is killed', 'engines', () => {
  let installation: Installation;
  let tenantId: string;
  let threadId: string;

  beforeAll(async () => {
    installation = await Installation.start({
      env: { DEMO_ADMIN_EMAIL: ADMIN.email, DEMO_ADMIN_PASSWORD: ADMIN.password },
    });
    installation.openai.handler = () => Promise.resolve(reply.text('Gladly.'));
    expect(await installation.whatsapp(FROM, 'Good morning')).toBe(200);
    const [thread] = await eventually('the answer is sent', async () => {
      const rows = await installation.sql<{ id: string; tenantId: string }>(
        `SELECT thread_id AS id, tenant_id AS "tenantId" FROM message WHERE direction = 'outbound' AND status = 'sent'`,
      );
      return rows.length > 0 && rows;
    });
    [tenantId, threadId] = [thread!.tenantId, thread!.id];
    // As they were stored before there was encryption.
    await installation.sql(
      `INSERT INTO message (tenant_id, id, thread_id, channel_id, seq, direction, author_kind, status, parts, text, asks,
         created_at, sent_at)
       SELECT m.tenant_id, gen_random_uuid(), m.thread_id, m.channel_id, 1000 + n, 'outbound', 'assistant', 'sent',
         jsonb_build_array(jsonb_build_object('kind', 'text', 'text', 'words ' || n)), 'words ' || n, false, now(), now()
       FROM (SELECT * FROM message WHERE thread_id = $1 LIMIT 1) m, generate_series(1, $2::int) n`,
      [threadId, MESSAGES],
    );
  }, 240_000);
  afterEach(() => {
    expect(installation.crashes()).toEqual([]);
  });
  afterAll(() => installation?.stop(), 120_000);

  const count = async (condition: string): Promise<number> =>
    (await installation.sql<{ n: number }>(`SELECT count(*)::int AS n FROM message m WHERE ${condition}`))[0]
      ?.n ?? 0;
  const SEALED = `m.text LIKE 'fd1.%' AND m.parts::text LIKE '"fd1.%'`;
  const KEY = `rtrim(translate(encode(decode(replace(k.id::text, '-', ''), 'hex'), 'base64'), '+/', '-_'), '=')`;
  const RETIRED = `EXISTS (SELECT 1 FROM data_key k WHERE k.tenant_id = m.tenant_id AND k.retired_at IS NOT NULL
    AND (substr(m.text, 5, 22) = ${KEY} OR substr(m.parts::text, 6, 22) = ${KEY}))`;
  /** Of the first messages, as the API answers them. */
  const read = async (): Promise<string[]> => {
    const call = async <T>(path: string, token?: string): Promise<T> => {
      const answer = await fetch(`${installation.api.url}/api/v1${path}`, {
        method: token ? 'GET' : 'POST',
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : { 'content-type': 'application/json' }),
        },
        ...(token ? {} : { body: JSON.stringify(ADMIN) }),
      });
      expect(answer.status).toBe(200);
      return (await answer.json()) as T;
    };
    const { accessToken } = await call<{ accessToken: string }>('/auth/login');
    const page = await call<{ data: { text: string }[] }>(
      `/threads/${threadId}/messages?limit=100`,
      accessToken,
    );
    return page.data.map(({ text }) => text);
  };
  const first = ['Good morning', 'Gladly.', ...Array.from({ length: 90 }, (_, i) => `words ${i + 1}`)];
  /** Kills a run of the CLI once it has begun, and before it is through. */
  const killedAt = async (args: readonly string[], midway: () => Promise<boolean>): Promise<void> => {
    const somebody = await installation.connect();
    await somebody.query('START TRANSACTION');
    await somebody.query('SELECT FROM message WHERE thread_id = $1 ORDER BY seq DESC LIMIT $2 FOR UPDATE', [
      threadId,
      HELD,
    ]);
    const run = installation.cli(args);
    await eventually(`${args.join(' ')} is midway`, midway, 120_000);
    expect((await run.kill()).code).toBeNull();
    await somebody.end();
  };

  it('while it seals what is from before: another run does the rest', async () => {
    await killedAt(['seal-data'], async () => (await count(SEALED)) > 200);
    const left = await count(`NOT (${SEALED})`);
    expect(left).toBeGreaterThan(0);
    // No row is half of each: a row is sealed in one statement.
    expect(await count(`(m.text LIKE 'fd1.%') <> (m.parts::text LIKE '"fd1.%')`)).toBe(0);
    expect(await read()).toEqual(expect.arrayContaining(first));

    const again = await installation.cli(['seal-data']).ended;
    expect([again.code, again.output]).toEqual([0, expect.stringContaining(`${left} rows sealed.`)]);
    expect(await count(`NOT (${SEALED})`)).toBe(0);
    expect(await read()).toEqual(expect.arrayContaining(first));
  }, 180_000);

  it('while it seals rows with new data keys: another run goes on with the same ones', async () => {
    const age = `UPDATE data_key SET created_at = created_at - interval '2 hours' WHERE retired_at IS NULL`;
    await installation.sql(age);
    const keys = () =>
      installation.sql<{ id: string }>(
        `SELECT id FROM data_key WHERE retired_at IS NULL AND destroyed_at IS NULL ORDER BY id`,
      );
    const before = await keys();
    await killedAt(['rotate-keys', '--data', tenantId], async () => {
      const retired = await count(RETIRED);
      return retired > 0 && retired < MESSAGES;
    });
    expect(await count(RETIRED)).toBeGreaterThan(0);
    expect(await read()).toEqual(expect.arrayContaining(first));
    const during = await keys();
    expect(during).not.toEqual(before);

    const again = await installation.cli(['rotate-keys', '--data', tenantId]).ended;
    expect([again.output, again.code]).toEqual([
      expect.stringContaining('rows sealed with new data keys.'),
      0,
    ]);
    expect(await count(RETIRED)).toBe(0);
    expect(await count(`NOT (${SEALED})`)).toBe(0);
    expect(await keys()).toEqual(expect.arrayContaining(during));
    expect(await read()).toEqual(expect.arrayContaining(first));

    const told = await installation.sql<{ action: string; actor: string }>(
      `SELECT action, actor_id AS actor FROM audit_entry WHERE tenant_id = $1 AND action LIKE 'encryption.%' ORDER BY seq`,
      [tenantId],
    );
    // Of the first run only what it had committed: it did not come to its end.
    expect(told).toEqual(
      ['encryption.rows-sealed', 'encryption.keys-retired', 'encryption.rows-sealed'].map((action) => ({
        action,
        actor: 'cli',
      })),
    );
  }, 180_000);

  it('then a new key-encryption key takes over, and the one before is not needed any more', async () => {
    const fresh = { ENCRYPTION_KEYS: `2026:${randomBytes(32).toString('base64')}` };
    const rotated = await installation.cli(['rotate-keys'], fresh).ended;
    expect([rotated.output, rotated.code]).toEqual([
      expect.stringMatching(/[1-9]\d* data keys wrapped anew\./),
      0,
    ]);
    const old = await installation.sql<{ n: number }>(
      `SELECT (SELECT count(*) FROM data_key WHERE kek_id <> '2026' AND wrapped_key IS NOT NULL)::int
         + (SELECT count(*) FROM system_key WHERE kek_id <> '2026')::int AS n`,
    );
    expect(old).toEqual([{ n: 0 }]);
    await installation.api.terminate();
    await installation.startApi({ ...fresh, SECRET_KEY: Buffer.alloc(32, 99).toString('base64') });
    expect(await read()).toEqual(expect.arrayContaining(first));
  }, 240_000);
});
