import { createDecipheriv } from 'node:crypto';
import type { Settings } from '#libs/config';
import { canonicalJson } from '#libs/kernel';
import { SealBroken } from './errors.js';

/** Where a secret of before was kept. It is authenticated with it, as a place is today. */
export interface LegacyPlace {
  readonly table: string;
  readonly column: string;
  readonly tenantId: string;
  readonly rowId: string;
}

const TAG_BYTES = 16;

const SEALED = /^v1\.([\w-]{16})\.([\w-]{22})\.([\w-]*)$/;

/** What every secret of before begins with. */
export const LEGACY_PREFIX = 'v1.';

export const isLegacy = (text: string): boolean => SEALED.test(text);

/**
 * Opens secrets of before there were data keys: AES-256-GCM under SECRET_KEY itself, `v1.<nonce>.<tag>.<ciphertext>` in base64url.
 * Nothing is sealed so any more; `cli rotate-keys` and `cli seal-data` seal what is left of it with a data key.
 */
export class LegacyBox {
  private constructor(private readonly key: Buffer | null) {}

  static of({ security }: Pick<Settings, 'security'>): LegacyBox {
    return new LegacyBox(security.secretKey === null ? null : Buffer.from(security.secretKey, 'base64'));
  }

  /** @throws SealBroken when it was changed, moved, or sealed with another SECRET_KEY than this one. */
  open(text: string, place: LegacyPlace): string {
    const [, iv, tag, sealed] = SEALED.exec(text) ?? [];
    if (iv === undefined || tag === undefined || sealed === undefined) throw new SealBroken(place);
    if (!this.key) throw new SealBroken(place, 'SECRET_KEY, which it was sealed with, is not set');
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, Buffer.from(iv, 'base64url'), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(associated(place));
      decipher.setAuthTag(Buffer.from(tag, 'base64url'));
      const plain = Buffer.concat([decipher.update(Buffer.from(sealed, 'base64url')), decipher.final()]);
      return plain.toString('utf8');
    } catch {
      throw new SealBroken(place, 'changed, sealed for another place, or with another SECRET_KEY');
    }
  }
}

const associated = ({ table, column, tenantId, rowId }: LegacyPlace): Buffer =>
  Buffer.from(canonicalJson({ table, column, tenant: tenantId, row: rowId }));
