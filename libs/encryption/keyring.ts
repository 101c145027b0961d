import { hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Settings } from '#libs/config';
import { canonicalJson } from '#libs/kernel';
import { decrypt, encrypt, KEY_BYTES } from './envelope.js';

/** Where a data key belongs: a wrapped key that was put elsewhere does not unwrap. */
export interface KeyPlace {
  /** The tenant, or `system`. */
  readonly realm: string;
  readonly id: string;
  readonly scope: string;
}

/** The key-encryption key that is made of SECRET_KEY. */
export const SECRET_KEY_ID = 'secret-key';

const ENTRY = /^([\w.-]{1,64}):([A-Za-z0-9+/_-]{43}=?)$/;

/**
 * The key-encryption keys of the installation: they wrap data keys and are never stored. The first of ENCRYPTION_KEYS is
 * the active one; the others, and the one that is made of SECRET_KEY, still unwrap what they wrapped.
 */
export class Keyring {
  private constructor(
    readonly activeId: string,
    private readonly keys: ReadonlyMap<string, Buffer>,
  ) {}

  /** @throws Error that names the setting that is wrong; keys are not repeated. */
  static of({ security }: Pick<Settings, 'security'>): Keyring {
    const { encryptionKeys, encryptionKeyFile, secretKey } = security;
    const keys = new Map<string, Buffer>();
    const add = (text: string, source: string): void => {
      for (const [id, key] of parse(text, source)) {
        if (keys.has(id) || id === SECRET_KEY_ID) throw new Error(`${source}: the key id ${id} is taken`);
        keys.set(id, key);
      }
    };
    if (encryptionKeys) add(encryptionKeys, 'ENCRYPTION_KEYS');
    if (encryptionKeyFile) add(read(encryptionKeyFile), 'ENCRYPTION_KEY_FILE');
    if (secretKey) keys.set(SECRET_KEY_ID, derived(Buffer.from(secretKey, 'base64')));
    const [activeId] = keys.keys();
    if (activeId === undefined)
      throw new Error('no encryption key: set ENCRYPTION_KEYS, ENCRYPTION_KEY_FILE or SECRET_KEY');
    return new Keyring(activeId, keys);
  }

  wrap(key: Buffer, place: KeyPlace): string {
    return encrypt(this.get(this.activeId), key, canonicalJson(place)).toString('base64url');
  }

  /** @throws Error when the key-encryption key is not in the ring, or the wrapped key was changed or moved. */
  unwrap(wrapped: string, kekId: string, place: KeyPlace): Buffer {
    const kek = this.get(kekId);
    try {
      return decrypt(kek, Buffer.from(wrapped, 'base64url'), canonicalJson(place));
    } catch {
      throw new Error(`data key ${place.id} does not unwrap with the encryption key ${kekId}`);
    }
  }

  has(kekId: string): boolean {
    return this.keys.has(kekId);
  }

  private get(id: string): Buffer {
    const key = this.keys.get(id);
    if (!key)
      throw new Error(
        `the encryption key ${id} is not in ENCRYPTION_KEYS, and data keys are wrapped with it`,
      );
    return key;
  }
}

/** `id:base64` each, separated by commas or lines; `#` begins a comment line. */
const parse = (text: string, source: string): [string, Buffer][] =>
  text
    .split(/[\n,]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '' && !entry.startsWith('#'))
    .map((entry, index) => {
      const [, id, encoded] = ENTRY.exec(entry) ?? [];
      const key = Buffer.from(encoded ?? '', 'base64');
      if (id === undefined || key.length !== KEY_BYTES)
        throw new Error(`${source}: entry ${index + 1} must be <id>:<32 bytes in base64>`);
      return [id, key];
    });

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`ENCRYPTION_KEY_FILE: cannot read ${file}`, { cause: error });
  }
};

/** SECRET_KEY itself has sealed secrets of before (LegacyBox): another use of it is another key. */
const derived = (secret: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), 'frontdesk/key-encryption-key/v1', KEY_BYTES));
