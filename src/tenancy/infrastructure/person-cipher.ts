import { Injectable } from '@nestjs/common';
import { type SealedMembers, SystemCipher } from '#libs/encryption';

type PersonColumn = 'email' | 'name';

const TABLE = 'person';
const MEMBERS = { email: { column: 'email' }, name: { column: 'name' } } as const;
/** What the blind index of an address is made for. */
export const EMAIL_INDEX = { table: TABLE, column: 'email' } as const;

/** Accounts span businesses, so they are sealed with the system's key. An address is found by its blind index. */
@Injectable()
export class PersonCipher {
  constructor(private readonly cipher: SystemCipher) {}

  seal(personId: string, column: PersonColumn, value: string): Promise<string> {
    return this.cipher.seal(value, { table: TABLE, column, rowId: personId });
  }

  /** What an address is compared with, in its normal form: `[blind index, address]`; the latter for rows that are not sealed yet. */
  async keysOf(email: string): Promise<[index: string, email: string]> {
    return [await this.cipher.blindIndex(email, EMAIL_INDEX), email];
  }

  /** @param idOf the person's id in a row; its `id` by default. */
  openRows<R extends object>(rows: readonly R[], idOf?: (row: R) => string): Promise<R[]> {
    return this.cipher.openRows(TABLE, rows, MEMBERS as SealedMembers<R>, idOf);
  }

  async openRow<R extends object>(row: R | undefined, idOf?: (row: R) => string): Promise<R | null> {
    return row ? ((await this.openRows([row], idOf))[0] ?? null) : null;
  }
}
