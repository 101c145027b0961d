import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';

export interface Signature {
  /** Which key: the first 16 hex digits of the SHA-256 of its public half. */
  readonly keyId: string;
  /** Ed25519 (RFC 8032), 64 bytes in base64url. */
  readonly signature: string;
}

/** A public key as others check signatures with it: JWK of RFC 8037. */
export interface PublicKey {
  readonly kid: string;
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  /** 32 bytes in base64url. */
  readonly x: string;
  /** Whether it signs today; the others signed before. */
  readonly current: boolean;
}

/** What goes before the 32 bytes of an Ed25519 seed in PKCS #8 (RFC 8410, section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Signs what leaves the installation as proof: heads of the audit trail, receipts of erasure. Anybody can check it by the public key. */
export class Signer {
  private readonly signing: KeyObject;
  private readonly current: string;
  private readonly known = new Map<string, KeyObject>();

  /** @param seeds 32 bytes in base64 each: the one that signs, then those that signed before. */
  constructor(seeds: readonly [string, ...string[]]) {
    const [signing, ...before] = seeds.map(privateKeyOf);
    if (!signing) throw new RangeError('a signer needs a seed');
    this.signing = signing;
    this.current = this.learn(signing);
    for (const key of before) this.learn(key);
  }

  sign(bytes: Uint8Array): Signature {
    return { keyId: this.current, signature: signBytes(null, bytes, this.signing).toString('base64url') };
  }

  /** Whether one of our keys, of today or before, has signed exactly these bytes. */
  verify(bytes: Uint8Array, { keyId, signature }: Signature): boolean {
    const key = this.known.get(keyId);
    return key !== undefined && verifyBytes(null, bytes, key, Buffer.from(signature, 'base64url'));
  }

  publicKeys(): PublicKey[] {
    return [...this.known].map(([kid, key]) => ({
      kid,
      kty: 'OKP',
      crv: 'Ed25519',
      x: pointOf(key).toString('base64url'),
      current: kid === this.current,
    }));
  }

  private learn(key: KeyObject): string {
    const publicKey = createPublicKey(key);
    const id = keyIdOf(pointOf(publicKey));
    this.known.set(id, publicKey);
    return id;
  }
}

/** Checks a signature by a public key that came from somewhere else; false, too, when the key is another than the signature names. */
export const verifySignature = (bytes: Uint8Array, { keyId, signature }: Signature, x: string): boolean => {
  const point = Buffer.from(x, 'base64url');
  if (point.length !== 32 || keyIdOf(point) !== keyId) return false;
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verifyBytes(null, bytes, key, Buffer.from(signature, 'base64url'));
};

const privateKeyOf = (seed: string): KeyObject => {
  const bytes = Buffer.from(seed, 'base64');
  if (bytes.length !== 32) throw new RangeError('the seed of a signer must be 32 bytes in base64');
  return createPrivateKey({ key: Buffer.concat([PKCS8, bytes]), format: 'der', type: 'pkcs8' });
};

const pointOf = (key: KeyObject): Buffer => {
  const { x } = key.export({ format: 'jwk' });
  return Buffer.from(x ?? '', 'base64url');
};

const keyIdOf = (point: Buffer): string => createHash('sha256').update(point).digest('hex').slice(0, 16);
