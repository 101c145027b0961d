import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { canonicalJson, currentTenant, isId } from '#libs/kernel';
import { type DataKey, DataKeys, INDEX_KEY, subjectKey, TENANT_KEY } from './data-keys.js';
import { decrypt, encrypt, isEnvelope, readEnvelope, writeEnvelope } from './envelope.js';
import { DataKeyDestroyed, SealBroken } from './errors.js';
import { isLegacy, LegacyBox, type LegacyPlace } from './legacy-box.js';
import { openRowsWith, type SealedMembers } from './open-rows.js';

/** Where a value is kept; the tenant is the context's. A text copied to another place does not open. */
export interface FieldPlace {
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
}

/** One sealed value and where it is kept. */
export interface SealedField {
  readonly sealed: string;
  readonly place: FieldPlace;
}

/**
 * Seals single values of the context's tenant: AES-256-GCM under a data key of the tenant or, for what must be forgotten
 * with a customer, of the subject. Call it inside the tenant's unit of work. Warm, it costs no round trip.
 */
@Injectable()
export class FieldCipher {
  constructor(
    private readonly keys: DataKeys,
    private readonly legacy: LegacyBox,
  ) {}

  /** Text of the form `fd1.<key>.<sealed>`. `subjectId`: a customer's id; without one, the tenant's key is used. */
  async seal(value: string, place: FieldPlace, subjectId?: string | null): Promise<string> {
    if (subjectId && !isId(subjectId)) throw new TypeError('the id of a subject is a UUID');
    const tenantId = currentTenant();
    const { id, key } = await this.keys.currentOf(tenantId, subjectId ? subjectKey(subjectId) : TENANT_KEY);
    return sealWith({ id, key }, tenantId, value, place);
  }

  /**
   * @throws SealBroken when the text was changed or moved, or is not sealed at all.
   * @throws DataKeyDestroyed when its key was destroyed.
   */
  async open(sealed: string, place: FieldPlace): Promise<string> {
    const [opened] = await this.openEach([{ sealed, place }]);
    if (opened instanceof DataKeyDestroyed) throw opened;
    return opened ?? '';
  }

  /**
   * As `open`, of a secret that SECRET_KEY may have sealed before there were data keys. `before`: what it was bound to then,
   * where that differs from its place today.
   */
  async openSecret(text: string, place: FieldPlace, before: Partial<LegacyPlace> = {}): Promise<string> {
    if (!isLegacy(text)) return this.open(text, place);
    return this.legacy.open(text, { tenantId: currentTenant(), ...place, ...before });
  }

  /** As `open`; null when its key was destroyed. */
  async openOrErased(sealed: string, place: FieldPlace): Promise<string | null> {
    return (await this.openMany([{ sealed, place }]))[0] ?? null;
  }

  /** As `openOrErased`, for a list, with at most one round trip for all. Answers in order. */
  async openMany(fields: readonly SealedField[]): Promise<(string | null)[]> {
    const opened = await this.openEach(fields);
    return opened.map((value) => (typeof value === 'string' ? value : null));
  }

  /** As `seal`, of a value as JSON, for a jsonb column: the text of a JSON string. */
  async sealJson(value: unknown, place: FieldPlace, subjectId?: string | null): Promise<string> {
    return JSON.stringify(await this.seal(JSON.stringify(value), place, subjectId));
  }

  /**
   * Rows with the named members opened, at most one round trip for all; null where the key was destroyed. A value that is
   * not sealed stays as it is: it is from before there was encryption. `rowId`: of the row in `table`, its `id` by default.
   */
  openRows<R extends object>(
    table: string,
    rows: readonly R[],
    members: SealedMembers<R>,
    rowId: (row: R) => string = (row) => (row as R & { id: string }).id,
  ): Promise<R[]> {
    const placeOf = (row: R, column: string) => ({ table, column, rowId: rowId(row) });
    return openRowsWith((fields) => this.openMany(fields), { rows, members, placeOf });
  }

  /**
   * HMAC-SHA-256 under the tenant's index key, 43 characters: equal values of one index have equal texts, so that they can be
   * looked up and be unique. The caller brings `value` into its one normal form first.
   */
  async blindIndex(value: string, index: { table: string; column: string }): Promise<string> {
    const tenantId = currentTenant();
    return indexWith(await this.keys.currentOf(tenantId, INDEX_KEY), tenantId, value, index);
  }

  /**
   * Crypto-shredding: nothing that was sealed for the subject opens again, in backups included, once the encryption key that
   * wrapped its keys there is gone too. Effective in this process at the commit, in others when they hear of it and after
   * DATA_KEY_CACHE_SECONDS at the latest. Answers how many keys it destroyed.
   */
  destroySubjectKeys(subjectId: string): Promise<number> {
    if (!isId(subjectId)) throw new TypeError('the id of a subject is a UUID');
    return this.keys.destroy(currentTenant(), { subjectId });
  }

  isSealed(value: unknown): value is string {
    return typeof value === 'string' && isEnvelope(value);
  }

  private openEach(fields: readonly SealedField[]): Promise<(string | DataKeyDestroyed)[]> {
    return openEachIn(currentTenant(), fields, this.keys);
  }
}

/** What was sealed in a realm, with at most one round trip for all; an error in the place of one whose key was destroyed. @throws SealBroken */
export const openEachIn = async (
  realm: string,
  fields: readonly SealedField[],
  keys: DataKeys,
): Promise<(string | DataKeyDestroyed)[]> => {
  const parts = fields.map(({ sealed, place }) => {
    const envelope = readEnvelope(sealed);
    if (!envelope) throw new SealBroken(place);
    return { ...envelope, place };
  });
  const found = await keys.byIds(
    realm,
    parts.map(({ keyId }) => keyId),
  );
  return parts.map(({ keyId, sealed, place }) => {
    const key = found.get(keyId);
    if (key instanceof DataKeyDestroyed) return key;
    if (!key) throw new SealBroken(place);
    return openWith(key, realm, sealed, place);
  });
};

/** For what has the key in hand. `realm`: the tenant, or `system`. */
export const sealWith = (key: DataKey, realm: string, value: string, place: FieldPlace): string =>
  writeEnvelope(key.id, encrypt(key.key, Buffer.from(value, 'utf8'), boundTo(realm, key.id, place)));

/** @throws SealBroken */
export const openWith = (key: DataKey, realm: string, sealed: Buffer, place: FieldPlace): string => {
  try {
    return decrypt(key.key, sealed, boundTo(realm, key.id, place)).toString('utf8');
  } catch {
    throw new SealBroken(place);
  }
};

export const indexWith = (
  { key }: DataKey,
  realm: string,
  value: string,
  { table, column }: { table: string; column: string },
): string =>
  createHmac('sha256', key)
    .update(canonicalJson({ table, column, tenant: realm, value }))
    .digest('base64url');

const boundTo = (realm: string, keyId: string, { table, column, rowId }: FieldPlace): string =>
  JSON.stringify(['fd1', keyId, realm, table, column, rowId]);
