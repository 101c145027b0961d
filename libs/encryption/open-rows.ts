import { isEnvelope } from './envelope.js';
import type { FieldPlace, SealedField } from './field-cipher.js';

/** Which members of a row are sealed, and in which column each is kept. */
export type SealedMembers<R> = {
  readonly [M in keyof R]?: { readonly column: string; readonly json?: true };
};

/** Opens fields in order; null where the key was destroyed. */
type OpenMany = (fields: readonly SealedField[]) => Promise<(string | null)[]>;

/** The rows with the sealed members opened by one call of `openMany`. A value that is not sealed stays as it is. */
export const openRowsWith = async <R extends object>(
  openMany: OpenMany,
  {
    rows,
    members,
    placeOf,
  }: {
    readonly rows: readonly R[];
    readonly members: SealedMembers<R>;
    readonly placeOf: (row: R, column: string) => FieldPlace;
  },
): Promise<R[]> => {
  const found: { row: number; member: keyof R; json: boolean; field: SealedField }[] = [];
  rows.forEach((row, index) => {
    for (const member of Object.keys(members) as (keyof R)[]) {
      const { column, json = false } = members[member] ?? { column: '' };
      const sealed = row[member];
      if (typeof sealed === 'string' && isEnvelope(sealed))
        found.push({ row: index, member, json, field: { sealed, place: placeOf(row, column) } });
    }
  });
  if (found.length === 0) return [...rows];
  const opened = await openMany(found.map(({ field }) => field));
  const answer = rows.map((row) => ({ ...row }));
  found.forEach(({ row, member, json }, index) => {
    const value = opened[index] ?? null;
    const plain: unknown = json && value !== null ? JSON.parse(value) : value;
    Object.assign(answer[row] ?? {}, { [member]: plain });
  });
  return answer;
};
