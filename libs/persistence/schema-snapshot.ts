import { createDataSource } from './data-source.js';

/** What a schema consists of, one line each, sorted: tables, columns, constraints, indexes, policies, grants, functions. */
const PARTS: readonly string[] = [
  `SELECT format('table %s rls=%s forced=%s', c.relname, c.relrowsecurity, c.relforcerowsecurity)
   FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'`,
  `SELECT format('column %s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
     CASE WHEN a.attnotnull THEN ' not null' ELSE '' END, coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), ''))
   FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
   LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped`,
  // PostgreSQL 18 lists NOT NULL as constraints; the columns say it already.
  `SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
   FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND contype <> 'n'`,
  `SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'`,
  `SELECT format('policy %s %s %s to %s using %s check %s', tablename, policyname, cmd, roles, qual, with_check)
   FROM pg_policies WHERE schemaname = 'public'`,
  `SELECT 'trigger ' || pg_get_triggerdef(g.oid) FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
   WHERE c.relnamespace = 'public'::regnamespace AND NOT g.tgisinternal`,
  `SELECT format('grant %s on %s to %s', string_agg(privilege_type, ',' ORDER BY privilege_type), table_name, grantee)
   FROM information_schema.role_table_grants
   WHERE table_schema = 'public' AND grantee LIKE 'frontdesk_%' GROUP BY table_name, grantee`,
  `SELECT format('function %s(%s) owner=%s definer=%s config=%s body=%s', p.proname,
     pg_get_function_identity_arguments(p.oid), pg_get_userbyid(p.proowner), p.prosecdef, p.proconfig, md5(p.prosrc))
   FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND pg_get_userbyid(p.proowner) LIKE 'frontdesk_%'`,
];

/** The schema of a migrated database as text, for review and for a check that migrations and snapshot agree. */
export const schemaSnapshot = async (url: string): Promise<string> => {
  const dataSource = createDataSource({ url, poolSize: 1 });
  await dataSource.initialize();
  try {
    const lines: string[] = [];
    for (const sql of PARTS) {
      const rows = await dataSource.query<Record<string, string>[]>(sql);
      lines.push(...rows.flatMap((row) => Object.values(row)).sort());
    }
    return `${lines.filter((line) => !line.includes('schema_migration')).join('\n')}\n`;
  } finally {
    await dataSource.destroy();
  }
};
