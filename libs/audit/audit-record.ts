import { createHash, createHmac } from 'node:crypto';

export type AuditKind = 'change' | 'read' | 'action';

/** The end of a chain: what the next entry is linked to. Hash and MAC are 32 bytes. */
export interface ChainEnd {
  readonly seq: number;
  readonly hash: Buffer;
  readonly mac: Buffer;
}

/** What an entry says, without its links. JSON members are kept as the very text that is hashed. */
export interface AuditRecord {
  readonly tenantId: string;
  readonly id: string;
  readonly seq: number;
  /** Server time, ISO 8601 in UTC with milliseconds; never before that of the entry before. */
  readonly at: string;
  readonly kind: AuditKind;
  /** `insert`, `update`, `delete`, `read`, or the name of an action (`auth.signed-in`). */
  readonly action: string;
  /** The operationId of the request; the name of the job otherwise. */
  readonly operation: string;
  readonly actorKind: string;
  readonly actorId: string;
  /** The table of a change; the kind of thing otherwise. */
  readonly subjectType: string | null;
  readonly subjectId: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly facts: string | null;
  readonly requestId: string | null;
  readonly traceId: string;
  readonly address: string | null;
  readonly userAgent: string | null;
  /** Which audit key the MAC was made with. */
  readonly keyId: string;
}

/** An entry as it is kept. */
export interface AuditEntry extends AuditRecord {
  readonly prevHash: Buffer;
  readonly prevMac: Buffer;
  readonly hash: Buffer;
  readonly mac: Buffer;
}

export const GENESIS: ChainEnd = { seq: 0, hash: Buffer.alloc(32), mac: Buffer.alloc(32) };

/** The bytes of an entry that are hashed: a JSON array in this order, so that no two entries have the same. */
export const canonicalOf = (record: AuditRecord): string =>
  JSON.stringify([
    'frontdesk.audit.v1',
    record.tenantId,
    record.seq,
    record.id,
    record.at,
    record.kind,
    record.action,
    record.operation,
    record.actorKind,
    record.actorId,
    record.subjectType,
    record.subjectId,
    record.before,
    record.after,
    record.facts,
    record.requestId,
    record.traceId,
    record.address,
    record.userAgent,
    record.keyId,
  ]);

/** SHA-256(hash before || canonical entry): anybody can follow this chain. */
export const hashOf = (prevHash: Buffer, canonical: string): Buffer =>
  createHash('sha256').update(prevHash).update(canonical).digest();

/** HMAC-SHA-256(key, MAC before || canonical entry): who has no key can neither make nor mend this one. */
export const macOf = (key: Buffer, prevMac: Buffer, canonical: string): Buffer =>
  createHmac('sha256', key).update(prevMac).update(canonical).digest();

/** @param key of the tenant and of `record.keyId`. */
export const linked = (record: AuditRecord, end: ChainEnd, key: Buffer): AuditEntry => {
  const canonical = canonicalOf(record);
  return {
    ...record,
    prevHash: end.hash,
    prevMac: end.mac,
    hash: hashOf(end.hash, canonical),
    mac: macOf(key, end.mac, canonical),
  };
};
