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

/** The id of the key stands behind the prefix, and behind a quote in JSON. */
const withRetired = ({ name, kind }: SealedColumn): string[] =>
  kind === 'index' ? [] : [`substr(t.${name}::text, ${kind === 'json' ? 6 : 5}, 22) = ANY ($3::text[])`];

const ofBefore = ({ name, legacy }: SealedColumn): string[] =>
  legacy ? [`t.${name}::text LIKE '${LEGACY_PREFIX}%'`] : [];

const notSealed = ({ name, kind, where }: SealedColumn): string => {
  const plain =
    kind === 'index'
      ? `t.${name} !~ '^[A-Za-z0-9_-]{43}$'`
      : `t.${name}::text NOT LIKE '${kind === 'json' ? '"' : ''}${SEALED_PREFIX}%'`;
  return `(t.${name} IS NOT NULL AND ${plain} AND (${where ?? 'true'}))`;
};
