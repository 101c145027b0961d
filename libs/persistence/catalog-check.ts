import { createDataSource } from './data-source.js';

/** Tables without `tenant_id` whose rows belong to one tenant by another column, or to none; each for a reason. */
export interface CatalogExceptions {
  /** Tables that need not have `(tenant_id, id)` as primary key. */
  readonly primaryKey: readonly string[];
  /** Keys and constraints that may span tenants, as `table: definition`. */
  readonly spanning: readonly string[];
  /** Tables that the system role may touch across tenants. */
  readonly system: readonly string[];
  /** Tables that the audit trail does not watch, each with the reason. */
  readonly audit: Readonly<Record<string, string>>;
}

interface Rule {
  readonly sql: string;
  readonly fault: string;
  readonly except: keyof CatalogExceptions | null;
}

const TENANT_TABLES = `
  SELECT c.oid, c.relname FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)`;

const COLUMNS_OF_KEY = `(SELECT array_agg(a.attname::text ORDER BY k.ord) FROM unnest(i.indkey) WITH ORDINALITY AS k(attnum, ord)
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum)`;

const RULES: readonly Rule[] = [
  {
    fault: 'row level security is not enabled and forced',
    except: null,
    sql: `SELECT c.relname AS what FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND c.relname <> 'schema_migration' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`,
  },
  {
    fault: 'no policy for frontdesk_app with both USING and WITH CHECK on app.tenant_id',
    except: null,
    sql: `SELECT t.relname AS what FROM (${TENANT_TABLES}) t WHERE NOT EXISTS (
      SELECT 1 FROM pg_policies p WHERE p.schemaname = 'public' AND p.tablename = t.relname AND p.roles = '{frontdesk_app}'
        AND p.cmd = 'ALL' AND p.qual LIKE '%app.tenant_id%' AND p.with_check LIKE '%app.tenant_id%')`,
  },
  {
    fault: 'another policy of frontdesk_app widens the tenant policy',
    except: null,
    sql: `SELECT t.relname AS what FROM (${TENANT_TABLES}) t JOIN pg_policies p ON p.schemaname = 'public' AND p.tablename = t.relname
      WHERE ('frontdesk_app' = ANY (p.roles) OR 'public' = ANY (p.roles)) AND p.permissive = 'PERMISSIVE'
        AND coalesce(p.qual, p.with_check) NOT LIKE '%app.tenant_id%'`,
  },
  {
    fault: 'the primary key is not (tenant_id, id)',
    except: 'primaryKey',
    sql: `SELECT t.relname AS what FROM (${TENANT_TABLES}) t WHERE NOT EXISTS (
      SELECT 1 FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary AND ${COLUMNS_OF_KEY} = '{tenant_id,id}')`,
  },
  {
    fault: 'a unique key does not start with tenant_id',
    except: 'spanning',
    sql: `SELECT t.relname || ': ' || pg_get_indexdef(i.indexrelid) AS what FROM (${TENANT_TABLES}) t
      JOIN pg_index i ON i.indrelid = t.oid WHERE i.indisunique AND (${COLUMNS_OF_KEY})[1] IS DISTINCT FROM 'tenant_id'`,
  },
  {
    fault: 'an exclusion or foreign key does not start with tenant_id',
    except: 'spanning',
    sql: `SELECT t.relname || ': ' || pg_get_constraintdef(k.oid) AS what FROM (${TENANT_TABLES}) t
      JOIN pg_constraint k ON k.conrelid = t.oid
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.conkey[1]
      WHERE k.contype IN ('x', 'f') AND a.attname <> 'tenant_id'`,
  },
  {
    fault: 'the system role reaches it across tenants',
    except: 'system',
    sql: `SELECT DISTINCT p.tablename AS what FROM pg_policies p
      WHERE p.schemaname = 'public' AND 'frontdesk_system' = ANY (p.roles)`,
  },
  {
    fault: 'the audit trail does not see its rows change: auditTable(), or an exception with its reason',
    except: 'audit',
    sql: `SELECT c.relname AS what FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND c.relname <> 'schema_migration' AND NOT EXISTS (
        SELECT 1 FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
        WHERE g.tgrelid = c.oid AND p.proname = 'audit_capture' AND g.tgenabled IN ('O', 'A')
          -- After each row: insert, delete, update. See pg_trigger.h.
          AND g.tgtype & 1 = 1 AND g.tgtype & 2 = 0 AND g.tgtype & 28 = 28)`,
  },
  {
    fault: 'a SECURITY DEFINER function belongs to somebody else, or bends to the caller’s search path',
    except: null,
    sql: `SELECT p.proname AS what FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
      AND (pg_get_userbyid(p.proowner) <> 'frontdesk_system' OR NOT coalesce(p.proconfig::text LIKE '%search_path%', false))`,
  },
  {
    fault: 'a role of ours can log in, bypasses row security, or owns a table',
    except: null,
    sql: `SELECT r.rolname AS what FROM pg_roles r WHERE r.rolname LIKE 'frontdesk\\_%'
      AND (r.rolcanlogin OR r.rolbypassrls OR r.rolsuper OR EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid))`,
  },
];

const allowedBy = (exceptions: CatalogExceptions, rule: Rule['except']): readonly string[] =>
  rule === null ? [] : rule === 'audit' ? Object.keys(exceptions.audit) : exceptions[rule];

/** Reads the catalog of a migrated database and answers what breaks the rules of tenant isolation (ADR 0002). */
export const catalogFaults = async (url: string, exceptions: CatalogExceptions): Promise<string[]> => {
  const dataSource = createDataSource({ url, poolSize: 1 });
  await dataSource.initialize();
  try {
    const faults: string[] = [];
    for (const { sql, fault, except } of RULES) {
      const allowed = allowedBy(exceptions, except);
      for (const { what } of await dataSource.query<{ what: string }[]>(sql))
        if (
          !allowed.some((entry) => what === entry || (except === 'spanning' && what.startsWith(`${entry}:`)))
        )
          faults.push(`${what}: ${fault}`);
    }
    return faults.sort();
  } finally {
    await dataSource.destroy();
  }
};
