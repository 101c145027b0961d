import { Injectable } from '@nestjs/common';
import { DataKeys, INDEX_KEY, TENANT_KEY } from './data-keys.js';
import { SYSTEM_REALM } from './data-key-store.js';
import { SealBroken } from './errors.js';
import { type FieldPlace, indexWith, openEachIn, type SealedField, sealWith } from './field-cipher.js';
import { isLegacy, LegacyBox, type LegacyPlace } from './legacy-box.js';
import { openRowsWith, type SealedMembers } from './open-rows.js';

/** As `FieldCipher`, for what belongs to no tenant, or is not yet known to. */
@Injectable()
export class SystemCipher {
  constructor(
    private readonly keys: DataKeys,
    private readonly legacy: LegacyBox,
  ) {}

  async seal(value: string, place: FieldPlace): Promise<string> {
    return sealWith(await this.keys.currentOf(SYSTEM_REALM, TENANT_KEY), SYSTEM_REALM, value, place);
  }

  /** @throws SealBroken */
  async open(text: string, place: FieldPlace): Promise<string> {
    const [opened] = await this.openMany([{ sealed: text, place }]);
    return opened ?? '';
  }

  /** As `FieldCipher.openRows`. @throws SealBroken, also where the key was destroyed. */
  openRows<R extends object>(
    table: string,
    rows: readonly R[],
    members: SealedMembers<R>,
    rowId: (row: R) => string = (row) => (row as R & { id: string }).id,
  ): Promise<R[]> {
    const placeOf = (row: R, column: string) => ({ table, column, rowId: rowId(row) });
    return openRowsWith((fields) => this.openMany(fields), { rows, members, placeOf });
  }

  /** As `open`, of a secret that SECRET_KEY may have sealed before there were data keys. `before`: what it was bound to then. */
  async openSecret(
    text: string,
    place: FieldPlace,
    before: Partial<LegacyPlace> & Pick<LegacyPlace, 'tenantId'>,
  ): Promise<string> {
    return isLegacy(text) ? this.legacy.open(text, { ...place, ...before }) : this.open(text, place);
  }

  /** Of the tenant, if one is known; outside of any unit of work. */
  async blindIndex(
    value: string,
    index: { table: string; column: string },
    tenantId: string | null = null,
  ): Promise<string> {
    const realm = tenantId ?? SYSTEM_REALM;
    return indexWith(await this.keys.currentOf(realm, INDEX_KEY), realm, value, index);
  }

  private async openMany(fields: readonly SealedField[]): Promise<string[]> {
    const opened = await openEachIn(SYSTEM_REALM, fields, this.keys);
    return fields.map(({ place }, at) => {
      const value = opened[at];
      if (typeof value !== 'string') throw new SealBroken(place);
      return value;
    });
  }
}
