import { SEALED_PREFIX } from './envelope.js';
import { LEGACY_PREFIX } from './legacy-box.js';
import type { SealedColumn, SealedTable } from './sealed-tables.js';

/** SQL over `t`; its parameters begin with `$3`. */
export interface LeftToSeal {
  readonly where: string;
  readonly parameters: readonly unknown[];
}

/** A blind index. */
export const INDEXED = /^[\w-]{43}$/;

/** A JSON string that is a sealed text, without its quotes; any other JSON as it is. */
export const unquoted = (json: string): string =>
  json.startsWith(`"${SEALED_PREFIX}`) ? (JSON.parse(json) as string) : json;

/** Which rows of a table a run has still to do (see `Resealer.reseal`); null when none can be. */
export const leftToSeal = (
  { columns }: SealedTable,
  retired: readonly string[] | null,
): LeftToSeal | null => {
  const conditions = retired
    ? [
        ...columns.flatMap((column) => (retired.length > 0 ? withRetired(column) : [])),
        ...columns.flatMap(ofBefore),
      ]
    : columns.map(notSealed);
  if (conditions.length === 0) return null;
  return { where: conditions.join(' OR '), parameters: retired && retired.length > 0 ? [retired] : [] };
};

/** SQL over `t` for what is stored, as text. */
export const storedIn = ({ name, kind, member }: SealedColumn): string => {
  if (member !== undefined) return `t.${name} ->> '${member}'`;
  return kind === 'json' ? `t.${name}::text` : `t.${name}`;
};

/** Of a value in its table: the column, or the member of one. */
export const columnOf = ({ name, member }: SealedColumn): string =>
  member === undefined ? name : `${name}.${member}`;

/** Whether the whole of a JSON value is a sealed text in quotes. */
const isQuoted = ({ kind, member }: SealedColumn): boolean => kind === 'json' && member === undefined;

/** The id of the key stands behind the prefix, and behind a quote in JSON. */
const withRetired = (column: SealedColumn): string[] =>
  column.kind === 'index'
    ? []
    : [`substr(${storedIn(column)}, ${isQuoted(column) ? 6 : 5}, 22) = ANY ($3::text[])`];

const ofBefore = (column: SealedColumn): string[] =>
  column.legacy ? [`${storedIn(column)} LIKE '${LEGACY_PREFIX}%'`] : [];

const notSealed = (column: SealedColumn): string => {
  const stored = storedIn(column);
  const plain =
    column.kind === 'index'
      ? `${stored} !~ '^[A-Za-z0-9_-]{43}$'`
      : `${stored} NOT LIKE '${isQuoted(column) ? '"' : ''}${SEALED_PREFIX}%'`;
  return `(${stored} IS NOT NULL AND ${plain} AND (${column.where ?? 'true'}))`;
};
