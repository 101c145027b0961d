/** The key that sealed it was destroyed: what it says is gone, as was asked for. */
export class DataKeyDestroyed extends Error {
  constructor(readonly keyId: string) {
    super(`data key ${keyId} was destroyed`);
    this.name = 'DataKeyDestroyed';
  }
}

/** A sealed text was changed, moved to another place, or names a key that does not exist. */
export class SealBroken extends Error {
  constructor(
    place: { readonly table: string; readonly column: string },
    why = 'changed, or sealed for another place',
  ) {
    super(`a value of ${place.table}.${place.column} does not open: ${why}`);
    this.name = 'SealBroken';
  }
}

/** Rows that a rotation had to leave as they are, because a value does not open; it has done all others. */
export class RowsBroken extends Error {
  /** @param rows as `<table> <id> of <tenant>`. @param done how many others it has sealed. */
  constructor(
    readonly rows: readonly string[],
    readonly done = 0,
  ) {
    super(
      `${rows.length} rows do not open (changed, moved, or another SECRET_KEY), such as ${rows.slice(0, 3).join(', ')}; all others are done`,
    );
    this.name = 'RowsBroken';
  }
}
