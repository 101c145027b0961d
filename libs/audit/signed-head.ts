import type { PublicKey, Signature } from '#libs/security';
import { verifySignature } from '#libs/security';

/** What is signed of a chain: how long it was, and how it ended, at an instant. */
export interface HeadFacts {
  readonly tenantId: string;
  /** 1, 2, 3 ... within the tenant. */
  readonly number: number;
  /** The entry that was the last one. */
  readonly sequence: number;
  /** Of that entry, in hex. */
  readonly hash: string;
  readonly mac: string;
  /** ISO 8601 in UTC with milliseconds. */
  readonly at: string;
}

/** As it stands in the table, goes off the system and comes back for verification. */
export interface SignedHead extends HeadFacts, Signature {}

/** The bytes that the signature is over: a JSON array in this order. */
export const headBytes = (head: HeadFacts): Buffer =>
  Buffer.from(
    JSON.stringify([
      'frontdesk.audit.head.v1',
      head.tenantId,
      head.number,
      head.sequence,
      head.hash,
      head.mac,
      head.at,
    ]),
  );

/** Checks a head by public keys from elsewhere, as an auditor does. */
export const headHolds = (head: SignedHead, keys: readonly Pick<PublicKey, 'x'>[]): boolean =>
  keys.some(({ x }) => verifySignature(headBytes(head), head, x));
