import { Barrier } from '../support/barrier.js';
import { eventually } from '../support/eventually.js';
import { seeded } from '../support/ledger.js';
import { euFile, type Listed, ListServer } from '../support/list-server.js';
import { faultSuite, Installation } from '../support/processes.js';

const COUNTERPARTIES = 240;
/** In one transaction of a pass; and so many of them are done when the worker is killed. */
const [BATCH, BATCHES_DONE] = [10, 5];
/** Every third counterparty is listed in the second edition. */
const LISTED_EVERY = 3;

const nobody = (at: number): Listed => ({ id: `EU.N${at}`, names: [`Invented Nobody Number${at}`] });
const random = seeded(20_261_121);
const word = (): string =>
  Array.from(
    { length: 4 },
    () => 'bdfgklmnprstvz'[Math.floor(random() * 14)]! + 'aeiou'[Math.floor(random() * 5)]!,
  ).join('');
/** Names that resemble nobody's. */
const names = Array.from({ length: COUNTERPARTIES }, () => `${word()} ${word()}`);

const ADMIN = { email: 'owner@example.test', password: 'correct-horse-battery' };

faultSuite('a worker of the screening is killed', 'engines', () => {
  let lists: ListServer;
  let installation: Installation;
  let tenantId: string;

  beforeAll(async () => {
    lists = await ListServer.start();
    lists.say('/eu.xml', euFile(Array.from({ length: 30 }, (_, at) => nobody(at))));
    installation = await Installation.start({
      workers: 1,
      env: {
        ...lists.env,
        // The schedules of production; nothing but these lists is within reach.
        NODE_ENV: 'development',
        DEMO_ADMIN_EMAIL: ADMIN.email,
        DEMO_ADMIN_PASSWORD: ADMIN.password,
        KYB_LISTS: 'eu',
        VIES_ENABLED: 'false',
        GLEIF_ENABLED: 'false',
        INSOLVENCY_ENABLED: 'false',
        KYB_LIST_POLL_MS: '100',
        KYB_DUE_CHECK_MS: '1000',
        KYB_LEASE_MS: '1500',
        KYB_BATCH: String(BATCH),
      },
    });
    tenantId = (await installation.sql<{ id: string }>('SELECT id FROM tenant LIMIT 1'))[0]!.id;
  }, 240_000);
  afterEach(() => {
    expect(installation.crashes()).toEqual([]);
  });
  afterAll(async () => {
    await installation?.stop();
    await lists?.stop();
  }, 120_000);

  const number = async (): Promise<number> =>
    (await installation.sql<{ number: number }>(`SELECT number FROM kyb_list WHERE list = 'eu'`))[0]
      ?.number ?? 0;
  /** Whether that edition is current and nobody is at the list any more. */
  const settled = async (edition: number): Promise<boolean> =>
    (
      await installation.sql(
        `SELECT 1 FROM kyb_list WHERE list = 'eu' AND number = $1 AND lease_until IS NULL`,
        [edition],
      )
    ).length === 1;
  const post = async <T>(path: string, body: object, token?: string): Promise<T> => {
    const answer = await fetch(`${installation.api.url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
    });
    expect([200, 201]).toContain(answer.status);
    return (await answer.json()) as T;
  };
  const dueNow = (): Promise<unknown> =>
    installation.sql(`UPDATE kyb_list SET due_at = now() - interval '1 second' WHERE list = 'eu'`);

  it('in the middle of a fetch: the last good edition stays, and another takes the next', async () => {
    // An edition is published before its refresh is settled, and settling says when the list is due next.
    await eventually('the first edition', () => settled(1), 60_000);
    const entities = [...Array.from({ length: 31 }, (_, at) => nobody(at))];
    lists.say('/eu.xml', euFile(entities));
    const text = euFile(entities);
    let begun = false;
    lists.answer('/eu.xml', (_, response) => {
      begun = true;
      response.write(text.slice(0, text.length / 2));
    });
    await dueNow();
    await eventually('half a list', () => begun, 30_000);

    await installation.takeWorker().kill();
    expect(await number()).toBe(1);
    await installation.startWorker();

    await eventually('the second edition', () => settled(2), 60_000);
    const [left] = await installation.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM kyb_list_entry WHERE list = 'eu' AND to_number IS NULL`,
    );
    expect(left?.n).toBe(31);
  }, 240_000);

  it('in the middle of a re-screening: another goes on, nobody is missed and nothing is said twice', async () => {
    const now = new Date();
    const { accessToken } = await post<{ accessToken: string }>('/auth/login', ADMIN);
    const csv = ['name,kind', ...names.map((name) => `${name},person`)].join('\n');
    const report = await post<{ created: number }>(
      '/kyb/counterparties/imports',
      { fileName: 'all.csv', csv },
      accessToken,
    );
    expect(report.created).toBe(COUNTERPARTIES);
    await eventually(
      'everybody was looked at once',
      async () =>
        (
          await installation.sql<{ n: number }>(
            `SELECT count(*)::int AS n FROM kyb_coverage WHERE source = 'eu' AND checked_at >= $1`,
            [now],
          )
        )[0]?.n === COUNTERPARTIES,
      90_000,
    );
    // What changes after a pass is what the next one is about; without one before, the next is over everything.
    await eventually(
      'a pass has been over the second edition',
      async () =>
        (
          await installation.sql(
            `SELECT 1 FROM kyb_screened s WHERE tenant_id = $1 AND list = 'eu' AND number = 2 AND full_pass_at IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM kyb_run r WHERE r.tenant_id = $1 AND r.finished_at IS NULL)`,
            [tenantId],
          )
        ).length === 1,
      90_000,
    );
    const listed = Array.from({ length: COUNTERPARTIES / LISTED_EVERY }, (_, at) => ({
      id: `EU.L${at * LISTED_EVERY}`,
      names: [names[at * LISTED_EVERY]!],
    }));
    lists.say('/eu.xml', euFile([...Array.from({ length: 31 }, (_, at) => nobody(at)), ...listed]));
    await installation.sql(
      `UPDATE kyb_list_version SET fill = fill || '{"entities": 100, "names": 100}' WHERE list = 'eu'`,
    );
    const barrier = await Barrier.raise(installation, {
      table: 'kyb_run',
      on: 'UPDATE',
      after: BATCHES_DONE,
    });
    await dueNow();
    await barrier.reached(120_000);

    await installation.takeWorker().kill();
    await barrier.lift();
    const [open] = await installation.sql(
      `SELECT counterparties, finished_at FROM kyb_run WHERE tenant_id = $1 AND kind = 'delta'`,
      [tenantId],
    );
    expect(open).toEqual({ counterparties: BATCHES_DONE * BATCH, finished_at: null });
    await installation.startWorker();

    const run = await eventually(
      'the pass is finished',
      async () =>
        (
          await installation.sql<{ counterparties: number; hits: number }>(
            `SELECT counterparties, hits_added AS hits FROM kyb_run WHERE tenant_id = $1 AND kind = 'delta'
               AND finished_at IS NOT NULL ORDER BY id DESC LIMIT 1`,
            [tenantId],
          )
        )[0],
      90_000,
    );
    expect(run).toEqual({ counterparties: COUNTERPARTIES, hits: listed.length });
    const alerts = await eventually(
      'an alert for everybody who is listed',
      async () => {
        const rows = await installation.sql<{ subject: string; raised: number }>(
          `SELECT a.subject, (SELECT count(*)::int FROM kyb_alert_event e WHERE e.tenant_id = a.tenant_id AND e.alert_id = a.id AND e.kind = 'raised') AS raised
           FROM kyb_alert a WHERE a.tenant_id = $1`,
          [tenantId],
        );
        return rows.length >= listed.length && rows;
      },
      60_000,
    );
    expect(alerts.map(({ subject }) => subject).sort()).toEqual(
      listed.map(({ id }) => `hit:eu:${id}`).sort(),
    );
    expect(alerts.every(({ raised }) => raised === 1)).toBe(true);
  }, 600_000);
});
