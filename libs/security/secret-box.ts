import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { canonicalJson } from '#libs/kernel';

/** Where a secret is kept. It is authenticated with it: a text copied to another row, column or tenant does not open. */
export interface SecretPlace {
  readonly table: string;
  readonly column: string;
  readonly tenantId: string;
  readonly rowId: string;
}

const VERSION = 'v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM under one key for all, as text: `v1.<iv>.<tag>.<ciphertext>` in base64url. What was sealed before there were data
 * keys still opens with it; new secrets go through `FieldCipher` of libs/encryption.
 */
export class SecretBox {
  private readonly secretKey: Buffer | null;

  /** @param keyBase64 32 bytes in base64; null where SECRET_KEY is not set: then nothing can be sealed or opened. */
  constructor(keyBase64: string | null) {
    this.secretKey = keyBase64 === null ? null : Buffer.from(keyBase64, 'base64');
    if (this.secretKey && this.secretKey.length !== 32)
      throw new RangeError('the key of the secret box must be 32 bytes in base64');
  }

  seal(secret: string, place: SecretPlace): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(associated(place));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return [VERSION, ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join(
      '.',
    );
  }

  /** @throws Error when the text was changed, sealed with another key or sealed for another place. */
  open(sealed: string, place: SecretPlace): string {
    const [version, iv, tag, text, ...rest] = sealed.split('.');
    if (version !== VERSION || iv === undefined || tag === undefined || text === undefined || rest.length > 0)
      throw new Error('not a sealed secret of a known version');
    const { key } = this;
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(associated(place));
      decipher.setAuthTag(Buffer.from(tag, 'base64url'));
      return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString(
        'utf8',
      );
    } catch {
      throw new Error(
        `a secret of ${place.table}.${place.column} does not open: other key, other place, or changed`,
      );
    }
  }

  private get key(): Buffer {
    if (!this.secretKey) throw new Error('SECRET_KEY is not set, and this secret needs it');
    return this.secretKey;
  }
}

const associated = (place: SecretPlace): Buffer =>
  Buffer.from(
    canonicalJson({ table: place.table, column: place.column, tenant: place.tenantId, row: place.rowId }),
  );
