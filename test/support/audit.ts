import { Client } from 'pg';
import { type AuditEntry, AuditKeys, type ChainEnd, ChainVerifier } from '#libs/audit';
import type { TestApp } from './app.js';

const COLUMNS = `tenant_id AS "tenantId", id, seq, at, kind, action, operation, actor_kind AS "actorKind", actor_id AS "actorId",
  subject_type AS "subjectType", subject_id AS "subjectId", before::text, after::text, facts::text, request_id AS "requestId",
  trace_id AS "traceId", address, user_agent AS "userAgent", key_id AS "keyId", prev_hash AS "prevHash", prev_mac AS "prevMac",
  hash, mac`;

/** The trail of a tenant, oldest first. */
export const auditOf = async (app: TestApp, tenantId: string): Promise<AuditEntry[]> => {
  const rows = await app.query<Omit<AuditEntry, 'at'> & { at: Date }>(
    tenantId,
    `SELECT ${COLUMNS} FROM audit_entry ORDER BY seq`,
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
};

/** What is wrong with it, by the verifier alone: without signed heads. */
export const faultsOf = async (app: TestApp, tenantId: string) => {
  const verifier = new ChainVerifier({
    keys: app.app.get(AuditKeys).all(tenantId),
    heads: [],
    headHolds: () => false,
  });
  for (const entry of await auditOf(app, tenantId)) verifier.add(entry);
  const [end] = await app.query<ChainEnd>(tenantId, 'SELECT seq, hash, mac FROM audit_chain');
  const { integrity, completeness } = verifier.finish(end ?? null);
  return [...integrity, ...completeness];
};

/** SQL as the owner of the tables, past every trigger: what a database administrator could do. */
export const tamper = async (app: TestApp, sql: string, parameters: unknown[] = []): Promise<void> => {
  const client = new Client({ connectionString: app.settings.database.url ?? '' });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(`SET LOCAL session_replication_role = 'replica'`);
    await client.query(sql, parameters);
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
};
