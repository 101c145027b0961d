/** The key that sealed it was destroyed: what it says is gone, as was asked for. */
export class DataKeyDestroyed extends Error {
  constructor(readonly keyId: string) {
    super(`data key ${keyId} was destroyed`);
    this.name = 'DataKeyDestroyed';
  }
}

/** A sealed text was changed, moved to another place, or names a key that does not exist. */
export class SealBroken extends Error {
  constructor(place: { readonly table: string; readonly column: string }) {
    super(`a value of ${place.table}.${place.column} does not open: changed, or sealed for another place`);
    this.name = 'SealBroken';
  }
}
