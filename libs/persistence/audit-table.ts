import type { QueryRunner } from 'typeorm';

export interface AuditTableOptions {
  /**
   * Columns whose content never leaves the table: the trail says that they changed, and no more. Columns whose name says
   * that they keep a secret (`*_hash`, `secret`, `credentials`, `token`, `password`, ...) are masked anyway.
   */
  readonly mask?: readonly string[];
}

const TRIGGER = 'audit_capture';

/** Whether this database has the trail yet. */
export const canAudit = async (runner: QueryRunner): Promise<boolean> => {
  const [found] = (await runner.query(`SELECT to_regprocedure('audit_capture()') IS NOT NULL AS known`)) as {
    known: boolean;
  }[];
  return found?.known === true;
};

/**
 * Has every row that a person or an API key inserts, changes or deletes in `table` staged for the audit trail, in the same
 * transaction; for use in a migration. `protectTable()` does it by itself. Called again it replaces the masks.
 *
 * Without an actor in the transaction (jobs, the assistant, webhooks) nothing is queued: the condition costs a look at a setting.
 */
export const auditTable = async (
  runner: QueryRunner,
  table: string,
  { mask = [] }: AuditTableOptions = {},
): Promise<void> => {
  const masks = mask.map((column) => `'${column}'`).join(', ');
  await runner.query(`
    CREATE OR REPLACE TRIGGER ${TRIGGER} AFTER INSERT OR UPDATE OR DELETE ON ${table} FOR EACH ROW
    WHEN (current_setting('app.actor', true) <> '') EXECUTE FUNCTION audit_capture(${masks})`);
};

export const leaveUnaudited = async (runner: QueryRunner, table: string): Promise<void> => {
  await runner.query(`DROP TRIGGER ${TRIGGER} ON ${table}`);
};
