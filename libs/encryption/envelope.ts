import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const VERSION = 'fd1';
const IV_BYTES = 12;
const TAG_BYTES = 16;
export const KEY_BYTES = 32;

const SEALED = /^fd1\.([\w-]{22})\.([\w-]{38,})$/;

/** AES-256-GCM: nonce, ciphertext and tag in one buffer. `bound` is authenticated with it. */
export const encrypt = (key: Buffer, plain: Buffer, bound: string): Buffer => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(bound));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
};

/** @throws Error when anything was changed, or the key or what it was bound to is another. */
export const decrypt = (key: Buffer, sealed: Buffer, bound: string): Buffer => {
  if (sealed.length < IV_BYTES + TAG_BYTES) throw new Error('too short to be sealed');
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(bound));
  decipher.setAuthTag(sealed.subarray(end));
  return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, end)), decipher.final()]);
};

/** `fd1.<id of the data key, 22 characters>.<nonce, ciphertext and tag>`, both parts in base64url. */
export const writeEnvelope = (keyId: string, sealed: Buffer): string =>
  `${VERSION}.${shortId(keyId)}.${sealed.toString('base64url')}`;

/** The parts of a sealed text; null for any other text. */
export const readEnvelope = (text: string): { keyId: string; sealed: Buffer } | null => {
  const [, id, body] = SEALED.exec(text) ?? [];
  if (id === undefined || body === undefined) return null;
  return { keyId: longId(id), sealed: Buffer.from(body, 'base64url') };
};

export const isEnvelope = (text: string): boolean => SEALED.test(text);

/** What every text begins with that this key has sealed: for a LIKE. */
export const prefixOf = (keyId: string): string => `${VERSION}.${shortId(keyId)}.`;

/** What every sealed text begins with. */
export const SEALED_PREFIX = `${VERSION}.`;

const shortId = (id: string): string => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');

const longId = (short: string): string =>
  Buffer.from(short, 'base64url')
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
