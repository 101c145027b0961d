import { createCipheriv, randomBytes } from 'node:crypto';
import { canonicalJson } from '#libs/kernel';
import type { LegacyPlace } from '#libs/encryption';

/** Seals as it was done before there were data keys: with SECRET_KEY itself, `v1.<nonce>.<tag>.<ciphertext>`. */
export const sealBefore = (secretKey: string | null, text: string, place: LegacyPlace): string => {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(secretKey ?? '', 'base64'), iv);
  const { table, column, tenantId, rowId } = place;
  cipher.setAAD(Buffer.from(canonicalJson({ table, column, tenant: tenantId, row: rowId })));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return ['v1', ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join('.');
};
