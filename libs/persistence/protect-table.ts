import type { QueryRunner } from 'typeorm';
import { type AuditTableOptions, auditTable, canAudit } from './audit-table.js';
import { APP_ROLE, SYSTEM_ROLE } from './roles.js';

export type SystemAccess = 'select' | 'insert' | 'update' | 'delete';

/**
 * Puts a tenant's table behind row level security, for use in a migration: enabled and forced, one policy with USING
 * and WITH CHECK on the tenant of the transaction (no tenant set: no rows), and grants for the application role.
 *
 * `system` opens the table across tenants to the system role, for the named statements only: for the relay, and for
 * SECURITY DEFINER functions that run before a tenant is known. The catalog test lists every table that does so.
 *
 * What people and API keys change in the table goes to the audit trail; `audit` says more (columns to mask), or `false` for a
 * table that the catalog test then must list with a reason.
 */
export const protectTable = async (
  runner: QueryRunner,
  table: string,
  options: {
    system?: readonly SystemAccess[];
    tenantColumn?: string;
    audit?: AuditTableOptions | false;
  } = {},
): Promise<void> => {
  const tenant = `${options.tenantColumn ?? 'tenant_id'} = nullif(current_setting('app.tenant_id', true), '')::uuid`;
  await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
  await runner.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
  await runner.query(
    `CREATE POLICY tenant_isolation ON ${table} TO ${APP_ROLE} USING (${tenant}) WITH CHECK (${tenant})`,
  );
  await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${APP_ROLE}`);
  for (const access of options.system ?? []) {
    const clause =
      access === 'insert'
        ? 'WITH CHECK (true)'
        : access === 'update'
          ? 'USING (true) WITH CHECK (true)'
          : 'USING (true)';
    await runner.query(
      `CREATE POLICY system_${access} ON ${table} FOR ${access} TO ${SYSTEM_ROLE} ${clause}`,
    );
    await runner.query(`GRANT ${access} ON ${table} TO ${SYSTEM_ROLE}`);
  }
  // The tables of the first migrations are older than the trail, which attached itself to them.
  if (options.audit !== false && (await canAudit(runner))) await auditTable(runner, table, options.audit);
};

/**
 * Makes a function run as the system role, callable by the application role, with a search path that nobody can bend.
 * `signature` is `name(argument types)`.
 */
export const asSystemFunction = async (runner: QueryRunner, signature: string): Promise<void> => {
  await runner.query(`ALTER FUNCTION ${signature} SECURITY DEFINER SET search_path = public, pg_temp`);
  await runner.query(`GRANT CREATE ON SCHEMA public TO ${SYSTEM_ROLE}`);
  await runner.query(`ALTER FUNCTION ${signature} OWNER TO ${SYSTEM_ROLE}`);
  await runner.query(`REVOKE CREATE ON SCHEMA public FROM ${SYSTEM_ROLE}`);
  await runner.query(`REVOKE EXECUTE ON FUNCTION ${signature} FROM PUBLIC`);
  await runner.query(`GRANT EXECUTE ON FUNCTION ${signature} TO ${APP_ROLE}, ${SYSTEM_ROLE}`);
};
