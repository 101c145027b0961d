import type { Client } from 'pg';

/** Every column of every table that can hold text, with the SQL that reads it as text. */
const textColumns = async (sql: Client): Promise<{ place: string; table: string; text: string }[]> => {
  const { rows } = await sql.query<{ t: string; c: string; type: string }>(
    `SELECT c.relname AS t, a.attname AS c, a.atttypid::regtype::text AS type
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
       AND a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'json'::regtype, 'jsonb'::regtype, 'text[]'::regtype,
         'jsonb[]'::regtype, 'bytea'::regtype, 'inet'::regtype)`,
  );
  return rows.map(({ t, c, type }) => ({
    place: `${t}.${c}`,
    table: t,
    text: type === 'bytea' ? `encode("${c}", 'escape')` : `"${c}"::text`,
  }));
};

/** Places as `table.column` with a value for which `condition` holds: SQL over `v`, the value as text. For the owner of the tables. */
export const placesWhere = async (
  sql: Client,
  condition: string,
  parameters: unknown[],
): Promise<string[]> => {
  const found: string[] = [];
  for (const { place, table, text } of await textColumns(sql)) {
    const { rowCount } = await sql.query(
      `SELECT 1 FROM (SELECT ${text} AS v FROM "${table}") x WHERE ${condition} LIMIT 1`,
      parameters,
    );
    if (rowCount) found.push(place);
  }
  return found.sort();
};

/** Places in which one of the texts stands, in any case of letters. */
export const placesOf = (sql: Client, texts: readonly string[]): Promise<string[]> =>
  placesWhere(
    sql,
    `EXISTS (SELECT 1 FROM unnest($1::text[]) AS w(x) WHERE position(lower(w.x) in lower(v)) > 0)`,
    [texts],
  );
