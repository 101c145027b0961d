import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { DataKeys, FieldCipher, KeyRotation, Keyring } from '#libs/encryption';
import { loadSettings } from '#libs/config';
import { newId } from '#libs/kernel';
import { SystemFunctions, UnitOfWork } from '#libs/persistence';
import { auditOf, faultsOf } from '../support/audit.js';
import { TestApp } from '../support/app.js';
import { idle, newCustomer, threadOf } from '../support/conversation.js';
import type { TestTenant } from '../support/tenant.js';

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

const KEY_OF_2026 = `2026:${randomBytes(32).toString('base64')}`;

const one = async <T>(text: string, values: unknown[] = []): Promise<T> =>
  (await sql.query<T & object>(text, values)).rows[0] as T;
const rotation = () => host.app.get(KeyRotation);
const read = async (from: string) => {
  const { id } = await threadOf(tenant, from);
  const { body } = await tenant.get<{ data: { text: string }[] }>(`/api/v1/threads/${id}/messages?limit=100`);
  return body.data.map(({ text }) => text);
};
const conversation = async (text: string): Promise<string> => {
  const from = newCustomer();
  await tenant.whatsapp(from, text);
  await threadOf(tenant, from);
  await idle(host, tenant);
  return from;
};

describe('wrapping data keys anew', () => {
  it('goes on where it was killed, and everything still opens with the new key alone', async () => {
    const from = await conversation('before the rotation');
    const fresh = KEY_OF_2026;
    const secret = Buffer.alloc(32, 7).toString('base64');
    const both = Keyring.of(loadSettings({ ENCRYPTION_KEYS: fresh, SECRET_KEY: secret }));
    const old = () =>
      one<{ n: number }>(`SELECT (SELECT count(*) FROM data_key WHERE kek_id <> '2026')::int
        + (SELECT count(*) FROM system_key WHERE kek_id <> '2026')::int AS n`);
    const before = (await old()).n;
    expect(before).toBeGreaterThan(3);

    const with2026 = (ring: Keyring): KeyRotation => {
      const other = Object.create(rotation()) as KeyRotation;
      Object.defineProperty(other, 'ring', { value: ring });
      return other;
    };
    const killed = with2026(both).rewrap(() => {
      throw new Error('killed');
    }, 1);
    await expect(killed).rejects.toThrow('killed');
    expect((await old()).n).toBeLessThan(before);
    expect((await old()).n).toBeGreaterThan(0);

    const left = (await old()).n;
    expect(await with2026(both).rewrap()).toBe(left);
    expect((await old()).n).toBe(0);
    expect(await with2026(both).rewrap()).toBe(0);

    const alone = Keyring.of(loadSettings({ ENCRYPTION_KEYS: fresh }));
    Object.assign(host.app.get(DataKeys), { ring: alone });
    host.app.get(DataKeys).forget(tenant.id);
    expect(await read(from)).toContain('before the rotation');
    // The key of before opens nothing any more.
    Object.assign(host.app.get(DataKeys), { ring: Keyring.of(loadSettings({ SECRET_KEY: secret })) });
    host.app.get(DataKeys).forget(tenant.id);
    await expect(
      host.as(tenant.id, () =>
        host.app
          .get(UnitOfWork)
          .run(() =>
            host.app.get(FieldCipher).seal('x', { table: 'message', column: 'text', rowId: newId() }),
          ),
      ),
    ).rejects.toThrow('the encryption key 2026 is not in ENCRYPTION_KEYS');
    await with2026(both).rewrap();
    Object.assign(host.app.get(DataKeys), { ring: both });
    Object.assign(rotation(), { ring: both });
    host.app.get(DataKeys).forget(tenant.id);
  });
});

describe('new data keys', () => {
  const sealedWithRetired = () =>
    one<{ n: number }>(
      `SELECT count(*)::int AS n FROM message m JOIN data_key k ON k.tenant_id = m.tenant_id AND k.retired_at IS NOT NULL
         AND m.text LIKE 'fd1.' || rtrim(translate(encode(decode(replace(k.id::text, '-', ''), 'hex'), 'base64'), '+/', '-_'), '=') || '.%'`,
    );

  it('seal every row anew, though killed half-way and while others write and read', async () => {
    const from = await conversation('first words');
    const writers = { stop: false, written: 0 };
    const { id } = await threadOf(tenant, from);
    const writing = (async () => {
      while (!writers.stop) {
        const answer = await tenant.post(`/api/v1/threads/${id}/messages`, {
          text: `note ${writers.written}`,
        });
        if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
        writers.written += 1;
      }
    })();
    const reading = (async () => {
      while (!writers.stop) expect(await read(from)).toContain('first words');
    })();
    let batches = 0;
    try {
      const killed = rotation().rotateData(
        tenant.id,
        () => {
          batches += 1;
          if (batches === 2) throw new Error('killed');
        },
        0,
      );
      await expect(killed).rejects.toThrow('killed');
      // What is newer than an hour is not rotated again: the second run only finishes the first.
      expect(await rotation().rotateData(tenant.id)).toBeGreaterThan(0);
    } finally {
      writers.stop = true;
    }
    await Promise.all([writing, reading]);
    expect(await rotation().rotateData(tenant.id)).toBe(0);
    expect(await sealedWithRetired()).toEqual({ n: 0 });
    host.app.get(DataKeys).forget(tenant.id);
    const texts = await read(from);
    for (let i = 0; i < Math.min(writers.written, 90); i += 1) expect(texts).toContain(`note ${i}`);
  });
});

describe('sealing what is from before', () => {
  it('seals it in place; until then both forms are read, and identities are found', async () => {
    const from = await conversation('sealed words');
    const { id: threadId } = await threadOf(tenant, from);
    const plain = { phone: `+${from}`, words: 'plain words of before' };
    await sql.query(
      `UPDATE message SET text = $2, parts = jsonb_build_array(jsonb_build_object('kind', 'text', 'text', $2::text))
      WHERE thread_id = $1 AND direction = 'inbound'`,
      [threadId, plain.words],
    );
    await sql.query(`UPDATE thread SET preview = $2 WHERE id = $1`, [threadId, plain.words]);
    await sql.query(
      `UPDATE identity i SET phone = $2, address = $3, display_name = 'Plain Jane' FROM thread t WHERE t.id = $1 AND i.id = t.identity_id`,
      [threadId, plain.phone, from],
    );
    await sql.query(
      `UPDATE identity_key k SET value = $2, value_index = NULL FROM thread t
       WHERE t.id = $1 AND k.identity_id = t.identity_id AND k.kind = 'wa_id'`,
      [threadId, from],
    );
    expect(await read(from)).toContain(plain.words);
    await tenant.whatsapp(from, 'once more');
    await idle(host, tenant);
    expect(await read(from)).toEqual(expect.arrayContaining([plain.words, 'once more']));
    const keys = () =>
      sql.query(
        `SELECT k.value_index FROM identity_key k JOIN thread t ON t.identity_id = k.identity_id
         WHERE t.id = $1 AND k.kind = 'wa_id' AND k.retired_at IS NULL`,
        [threadId],
      );
    expect((await keys()).rows).toEqual([{ value_index: null }]);

    expect(await rotation().sealData()).toBeGreaterThan(0);
    const left = await one<{ n: number }>(
      `SELECT (SELECT count(*) FROM message WHERE text NOT LIKE 'fd1.%')::int
         + (SELECT count(*) FROM identity WHERE address NOT LIKE 'fd1.%' OR phone NOT LIKE 'fd1.%')::int
         + (SELECT count(*) FROM identity_key WHERE value NOT LIKE 'fd1.%' OR value_index IS NULL)::int
         + (SELECT count(*) FROM thread WHERE preview NOT LIKE 'fd1.%')::int AS n`,
    );
    expect(left).toEqual({ n: 0 });
    expect(await rotation().sealData()).toBe(0);
    await tenant.whatsapp(from, 'and again');
    await idle(host, tenant);
    expect(await read(from)).toEqual(expect.arrayContaining([plain.words, 'once more', 'and again']));
    expect((await keys()).rows).toHaveLength(1);
  });
});

describe('keys of past weeks', () => {
  it('are destroyed when the week is older than RAW_EVENT_DAYS', async () => {
    await conversation('raw');
    const system = host.app.get(SystemFunctions);
    const living = () =>
      one<{ n: number }>(
        `SELECT count(*)::int AS n FROM data_key WHERE scope LIKE 'epoch:%' AND destroyed_at IS NULL`,
      );
    const { n } = await living();
    expect(n).toBeGreaterThan(0);
    await system.call('data_keys_expire_epochs', ['epoch:2020-W01', new Date()]);
    expect(await living()).toEqual({ n });
    await system.call('data_keys_expire_epochs', ['epoch:9999-W01', new Date()]);
    expect(await living()).toEqual({ n: 0 });
  });
});

describe('the audit trail of a business', () => {
  const told = async (of: TestTenant) =>
    (await auditOf(host, of.id))
      .filter(({ action }) => action.startsWith('encryption.'))
      .map(({ action, actorKind, actorId, facts }) => ({
        action,
        actor: `${actorKind} ${actorId}`,
        facts: JSON.parse(facts ?? '{}') as Record<string, unknown>,
      }));
  const cli = { actor: 'system cli' };

  it('says how many keys were wrapped anew, retired, and how many rows were sealed with new ones', async () => {
    const business = await host.createTenant({ calendar: false });
    await host.as(business.id, () =>
      host.app
        .get(UnitOfWork)
        .run(() => host.app.get(FieldCipher).blindIndex('x', { table: 'message', column: 'text' })),
    );
    const { n: keys } = await one<{ n: number }>(
      'SELECT count(*)::int AS n FROM data_key WHERE tenant_id = $1 AND wrapped_key IS NOT NULL',
      [business.id],
    );
    expect(keys).toBeGreaterThan(1);
    const ring = Keyring.of(
      loadSettings({
        ENCRYPTION_KEYS: `2027:${randomBytes(32).toString('base64')},${KEY_OF_2026}`,
        SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      }),
    );
    const other = Object.create(rotation()) as KeyRotation;
    Object.defineProperty(other, 'ring', { value: ring });
    Object.assign(host.app.get(DataKeys), { ring });
    // One batch for each key: whenever it is killed, the entries tell of what was done.
    await other.rewrap(undefined, 1);
    const wrapped = await told(business);
    expect(wrapped).toEqual(
      Array.from({ length: keys }, () => ({
        ...cli,
        action: 'encryption.keys-wrapped',
        facts: { keys: 1, encryptionKey: '2027' },
      })),
    );

    await rotation().rotateData(business.id, undefined, 0);
    expect((await told(business)).slice(keys)).toEqual([
      { ...cli, action: 'encryption.keys-retired', facts: { keys: 1 } },
      {
        ...cli,
        action: 'encryption.rows-sealed',
        facts: { rows: 3, byTable: { channel: 1, login_session: 1, refresh_session: 1 }, notOpened: 0 },
      },
    ]);
    await sql.query(`UPDATE channel SET credentials = 'v1.lost' WHERE tenant_id = $1`, [business.id]);
    await expect(rotation().rotateData(business.id)).rejects.toThrow('1 rows do not open');
    expect((await told(business)).at(-1)).toEqual({
      ...cli,
      action: 'encryption.rows-sealed',
      facts: { rows: 0, byTable: {}, notOpened: 1 },
    });
    expect(await faultsOf(host, business.id)).toEqual([]);
    await sql.query(`UPDATE channel SET credentials = NULL WHERE tenant_id = $1`, [business.id]);
  });

  it('says nothing where nothing was to do', async () => {
    const business = await host.createTenant({ calendar: false });
    await rotation().rotateData(business.id);
    await rotation().sealLegacy();
    expect(await told(business)).toEqual([]);
  });
});
