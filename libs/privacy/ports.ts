import type { PublishedKey, Signature } from './receipt.js';

/** Destroys the keys under which a person's data is sealed: what a backup still holds of it can be read by nobody. */
export abstract class SubjectKeys {
  /** Answers how many keys there were. Inside a unit of work. */
  abstract destroy(subjectIds: readonly string[]): Promise<number>;
}

/** Signs receipts. */
export abstract class ReceiptSigner {
  abstract sign(text: string): Promise<Signature> | Signature;
  /** Every key that ever signed. */
  abstract publicKeys(): Promise<readonly PublishedKey[]> | readonly PublishedKey[];
}

/** Notes who was shown personal data, or decided about it. Inside a unit of work. */
export abstract class PrivacyTrail {
  abstract note(entry: { action: string; entity: string; id: string; facts: Record<string, unknown> }): Promise<void>;
}
