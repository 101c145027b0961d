import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction, protectTable } from '#libs/persistence';

const TABLES = ['kyb_alert', 'kyb_case', 'kyb_case_event'];

/** As the application makes them: by time, so that what comes later sorts after it. */
const idAt = (at: string): string =>
  `(lpad(to_hex((extract(epoch FROM ${at}) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8'
    || substr(md5(random()::text), 1, 15))::uuid`;

/** How urgent a case is, whether its time was over, and what happened to it. */
export class KybAddCasePriorityAndHistory1763730010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE kyb_case ADD COLUMN priority text NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high')),
         ADD COLUMN overdue_at timestamptz`,
    );
    await runner.query('ALTER TABLE kyb_case ALTER COLUMN priority DROP DEFAULT');
    await runner.query(
      `CREATE INDEX kyb_case_not_overdue ON kyb_case (due_at) WHERE state = 'open' AND overdue_at IS NULL`,
    );
    await runner.query('CREATE POLICY system_select ON kyb_case FOR SELECT TO frontdesk_system USING (true)');
    await runner.query('GRANT SELECT ON kyb_case TO frontdesk_system');

    await runner.query(`
      CREATE TABLE kyb_case_event (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        case_id uuid NOT NULL,
        kind text NOT NULL,
        actor text NOT NULL,
        facts jsonb NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, case_id) REFERENCES kyb_case (tenant_id, id)
      )`);
    await runner.query('CREATE INDEX kyb_case_event_of ON kyb_case_event (tenant_id, case_id, id)');
    await protectTable(runner, 'kyb_case_event');

    // The owner of the tables is bound by their policies as long as these are forced, and has no tenant here.
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`);
    await runner.query(`
      UPDATE kyb_case c SET priority = p.priority
      FROM (SELECT tenant_id, case_id,
              CASE max(CASE severity WHEN 'high' THEN 2 WHEN 'medium' THEN 1 ELSE 0 END) WHEN 2 THEN 'high' WHEN 1 THEN 'normal' ELSE 'low' END AS priority
            FROM kyb_alert GROUP BY 1, 2) p
      WHERE p.tenant_id = c.tenant_id AND p.case_id = c.id`);
    for (const [kind, at] of [
      ['opened', 'opened_at'],
      ['closed', 'closed_at'],
    ] as const)
      await runner.query(`
        INSERT INTO kyb_case_event (tenant_id, id, case_id, kind, actor, facts, at)
        SELECT tenant_id, ${idAt(at)}, id, '${kind}', 'system:kyb', '{}', ${at} FROM kyb_case WHERE ${at} IS NOT NULL`);
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);

    await runner.query(`
      CREATE FUNCTION kyb_cases_overdue(at timestamptz, after uuid, batch int) RETURNS TABLE (tenant_id uuid, id uuid)
      LANGUAGE sql STABLE AS $$
        SELECT c.tenant_id, c.id FROM kyb_case c
        WHERE c.state = 'open' AND c.overdue_at IS NULL AND c.due_at <= at AND (after IS NULL OR c.id > after)
        ORDER BY c.id LIMIT batch
      $$`);
    await asSystemFunction(runner, 'kyb_cases_overdue(timestamptz, uuid, int)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION kyb_cases_overdue(timestamptz, uuid, int)');
    await runner.query('DROP TABLE kyb_case_event');
    await runner.query('REVOKE SELECT ON kyb_case FROM frontdesk_system');
    await runner.query('DROP POLICY system_select ON kyb_case');
    await runner.query('ALTER TABLE kyb_case DROP COLUMN priority, DROP COLUMN overdue_at');
  }
}
