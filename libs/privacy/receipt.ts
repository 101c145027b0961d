import { canonicalJson } from '#libs/kernel';
import { type PublicKey, type Signature, verifySignature } from '#libs/security';

/** What is signed: the canonical JSON (keys in code-point order) of the document without its `signature`. */
export const signedBytes = (document: object): Buffer => {
  const { signature: _signature, ...rest } = document as Record<string, unknown>;
  return Buffer.from(canonicalJson(rest));
};

/** Whether one of the keys (JWK, RFC 8037) made the Ed25519 signature over exactly this document. Never throws. */
export const verifyReceipt = (document: unknown, keys: readonly Pick<PublicKey, 'x'>[]): boolean => {
  try {
    const { signature } = document as { signature: Signature };
    return keys.some(({ x }) => verifySignature(signedBytes(document as object), signature, x));
  } catch {
    return false;
  }
};
