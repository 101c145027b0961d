import { Client } from 'pg';
import { isId, newId } from '#libs/kernel';
import { migrate } from '#libs/persistence';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { MIGRATIONS } from '#migrations';

let database: TestDatabase;
let client: Client;

/** The database as it was before the named migration. */
const before = async (name: string): Promise<void> => {
  database = await createTestDatabase({ empty: true });
  const at = MIGRATIONS.findIndex((migration) => migration.name === name);
  await migrate(database.url, MIGRATIONS.slice(0, at));
  client = new Client({ connectionString: database.url });
  await client.connect();
};

afterEach(async () => {
  await client.end();
  await database.drop();
});

const tenant = newId();
const counterparty = newId();

const addCounterparty = () =>
  client.query(
    `INSERT INTO counterparty (tenant_id, id, kind, roles, details, words, schedule, created_at, updated_at)
     VALUES ($1, $2, 'person', '{}', '', '{}', 'off', now(), now())`,
    [tenant, counterparty],
  );
const addCase = async (state: string, openedAt: string): Promise<string> => {
  const id = newId();
  await client.query(
    `INSERT INTO kyb_case (tenant_id, id, counterparty_id, state, due_at, opened_at) VALUES ($1, $2, $3, $4, $5, $5)`,
    [tenant, id, counterparty, state, openedAt],
  );
  return id;
};
const addAlert = async (caseId: string): Promise<string> => {
  const id = newId();
  await client.query(
    `INSERT INTO kyb_alert (tenant_id, id, counterparty_id, case_id, subject, kind, severity, state, check_id, raised_at, last_seen_at, due_at)
     VALUES ($1, $2, $3, $4, $5, 'new_hit', 'high', 'open', $6, now(), now(), now())`,
    [tenant, id, counterparty, caseId, `hit:eu:${id}`, newId()],
  );
  return id;
};

describe('the migrations of KYB', () => {
  it('find out in which case of before each event of an alert happened', async () => {
    await before('KybAddCaseToAlertEvents1763730000000');
    await addCounterparty();
    const first = await addCase('closed', '2026-01-01T00:00:00Z');
    const second = await addCase('open', '2026-02-01T00:00:00Z');
    const alert = await addAlert(second);
    for (const at of ['2025-12-31', '2026-01-01', '2026-01-15', '2026-02-01', '2026-03-01'])
      await client.query(
        `INSERT INTO kyb_alert_event (tenant_id, id, alert_id, kind, actor, facts, at) VALUES ($1, $2, $3, 'seen', 'system:kyb', '{}', $4)`,
        [tenant, newId(), alert, `${at}T00:00:00Z`],
      );
    await migrate(database.url, MIGRATIONS);
    const { rows } = await client.query<{ case_id: string }>(
      'SELECT case_id FROM kyb_alert_event ORDER BY at',
    );
    expect(rows.map(({ case_id: id }) => id)).toEqual([second, first, first, second, second]);
  });

  it('give the cases of before a priority and the beginning of a history', async () => {
    await before('KybAddCasePriorityAndHistory1763730010000');
    await addCounterparty();
    const cases = [
      await addCase('closed', '2026-01-01T00:00:00Z'),
      await addCase('open', '2026-02-01T00:00:00Z'),
    ];
    const empty = await addCase('closed', '2025-12-01T00:00:00Z');
    await client.query(`UPDATE kyb_case SET closed_at = opened_at + interval '1 day' WHERE state = 'closed'`);
    await addAlert(cases[0]!);
    await addAlert(cases[0]!);
    await client.query(
      `UPDATE kyb_alert SET severity = 'low' WHERE id = (SELECT min(id::text)::uuid FROM kyb_alert)`,
    );
    await addAlert(cases[1]!);
    await client.query(`UPDATE kyb_alert SET severity = 'medium' WHERE case_id = $1`, [cases[1]]);
    await migrate(database.url, MIGRATIONS);
    const { rows } = await client.query<{ id: string; priority: string; kinds: string[] }>(
      `SELECT c.id, c.priority, (SELECT array_agg(e.kind ORDER BY e.id) FROM kyb_case_event e WHERE e.case_id = c.id) AS kinds
       FROM kyb_case c ORDER BY opened_at`,
    );
    expect(rows).toEqual([
      { id: empty, priority: 'normal', kinds: ['opened', 'closed'] },
      { id: cases[0], priority: 'high', kinds: ['opened', 'closed'] },
      { id: cases[1], priority: 'normal', kinds: ['opened'] },
    ]);
    const { rows: ids } = await client.query<{ id: string }>('SELECT id FROM kyb_case_event');
    for (const { id } of ids) expect([isId(id), id < newId()]).toEqual([true, true]);
  });
});
