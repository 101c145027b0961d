import { canonicalJson } from '#libs/kernel';
import { type PublicKey, type Signature, verifySignature } from '#libs/security';

/** Of the receipts that are given today. */
export const RECEIPT_FORMAT = 'frontdesk.privacy-receipt.v1';

/** What a signed receipt says; it names nobody. */
export interface Receipt {
  readonly format: typeof RECEIPT_FORMAT;
  readonly tenantId: string;
  readonly requestId: string;
  readonly kind: string;
  readonly state: string;
  /** The person, by keyed hash. */
  readonly subject: string;
  /** ISO 8601 in UTC, as the other instants. */
  readonly requestedAt: string;
  readonly dueBy: string;
  readonly finishedAt: string;
  /** Of the exported document, in hex; null for an erasure. */
  readonly exportSha256: string | null;
  readonly stores: readonly {
    readonly store: string;
    readonly what: string | null;
    readonly records: number;
    readonly reason: string | null;
    readonly finishedAt: string | null;
  }[];
}

/** What is signed: the canonical JSON (keys in code-point order) of the document without its `signature`. */
export const signedBytes = (document: object): Buffer => {
  const { signature: _signature, ...rest } = document as Record<string, unknown>;
  return Buffer.from(canonicalJson(rest));
};

/** Whether one of the keys (JWK, RFC 8037) made the Ed25519 signature over exactly this document. Never throws. */
export const verifyReceipt = (
  document: unknown,
  keys: readonly Pick<PublicKey, 'x'>[],
): document is Receipt & { readonly signature: Signature } => {
  try {
    const { format, signature } = document as Receipt & { signature: Signature };
    if (format !== RECEIPT_FORMAT) return false;
    return keys.some(({ x }) => verifySignature(signedBytes(document as object), signature, x));
  } catch {
    return false;
  }
};
