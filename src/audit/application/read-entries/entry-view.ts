import type { AuditEntry, AuditKind } from '#libs/audit';
import type { FieldChange } from '../../infrastructure/field-opener.js';

/** An entry as people read it. */
export interface EntryView {
  id: string;
  sequence: number;
  at: string;
  kind: AuditKind;
  action: string;
  operation: string;
  actor: { kind: string; id: string };
  subject: { type: string; id: string | null } | null;
  changes: FieldChange[];
  facts: Record<string, unknown> | null;
  request: { id: string | null; traceId: string; ip: string | null; userAgent: string | null };
  hash: string;
  mac: string;
  keyId: string;
}

export const viewOf = (entry: AuditEntry, changes: FieldChange[]): EntryView => ({
  id: entry.id,
  sequence: entry.seq,
  at: entry.at,
  kind: entry.kind,
  action: entry.action,
  operation: entry.operation,
  actor: { kind: entry.actorKind, id: entry.actorId },
  subject: entry.subjectType === null ? null : { type: entry.subjectType, id: entry.subjectId },
  changes,
  facts: entry.facts === null ? null : (JSON.parse(entry.facts) as Record<string, unknown>),
  request: {
    id: entry.requestId,
    traceId: entry.traceId,
    ip: entry.address,
    userAgent: entry.userAgent,
  },
  hash: entry.hash.toString('hex'),
  mac: entry.mac.toString('hex'),
  keyId: entry.keyId,
});
