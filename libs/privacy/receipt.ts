import { createPublicKey, verify } from 'node:crypto';
import { canonicalJson } from '#libs/kernel';

export interface Signature {
  readonly algorithm: 'Ed25519';
  readonly keyId: string;
  /** base64url over the canonical JSON of the document without `signature`. */
  readonly value: string;
}

/** A public key as it is published: `publicKey` is SPKI in PEM. */
export interface PublishedKey {
  readonly keyId: string;
  readonly algorithm: 'Ed25519';
  readonly publicKey: string;
}

/** What is signed: the canonical JSON (keys in code-point order) of the document without its signature. */
export const signedText = (document: Readonly<Record<string, unknown>>): string => {
  const { signature: _signature, ...rest } = document;
  return canonicalJson(rest);
};

/** Whether one of the keys made the signature over exactly this document. Never throws. */
export const verifyReceipt = (document: unknown, keys: readonly PublishedKey[]): boolean => {
  try {
    const receipt = document as Record<string, unknown> & { signature: Signature };
    const key = keys.find(({ keyId }) => keyId === receipt.signature.keyId);
    if (!key || receipt.signature.algorithm !== 'Ed25519') return false;
    const value = Buffer.from(receipt.signature.value, 'base64url');
    return verify(null, Buffer.from(signedText(receipt)), createPublicKey(key.publicKey), value);
  } catch {
    return false;
  }
};
