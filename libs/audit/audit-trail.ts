import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock, currentContext, newId, storableJson } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { AuditKeys } from './audit-keys.js';
import { type AuditEntry, type AuditKind, type AuditRecord, type ChainEnd, linked } from './audit-record.js';

/** What no changed row shows. */
export interface AuditNote {
  /** `<context>.<what-happened>`, such as `auth.signed-in`. */
  readonly action: string;
  readonly subject?: { readonly type: string; readonly id: string | null };
  /** Ids, counts and reasons. Never personal data: an entry cannot be erased. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** Who did it, where the context does not say: of a refresh token, the person whose it is. */
  readonly actor?: { readonly kind: 'user' | 'api-key'; readonly id: string };
}

type Pending = AuditNote & { readonly kind: AuditKind };

/** A row of `audit_collect()`: the end of the chain, and a staged change or none. */
interface Collected {
  seq: number;
  at: Date;
  hash: Buffer;
  mac: Buffer;
  action: string | null;
  subject_type: string | null;
  subject_id: string | null;
  before: string | null;
  after: string | null;
}

const PENDING = Symbol('audit entries of this unit of work');

/**
 * The audit trail of the tenant: every change of a row by a person or an API key (staged by triggers, see `auditTable`), every read of
 * personal data (`@ReadsPersonalData`) and what is recorded here, chained in the transaction that it tells of.
 */
@Injectable()
export class AuditTrail implements OnModuleInit {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly keys: AuditKeys,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.uow.closeWith(() => this.close());
  }

  /** Adds an entry to the current unit of work, whoever acts; it commits with it, or not at all. */
  record(note: AuditNote): void {
    this.add({ ...note, kind: 'action' });
  }

  /** As `record`, of personal data that was shown. */
  recordRead(type: string, id: string | null, facts: Readonly<Record<string, unknown>>): void {
    this.add({ kind: 'read', action: 'read', subject: { type, id }, facts });
  }

  private add(entry: Pending): void {
    this.pending.push(entry);
  }

  private get pending(): Pending[] {
    return this.uow.local<Pending[]>(PENDING, () => []);
  }

  /**
   * One round trip, which locks the end of the chain if there is anything to add; the entries leave with the commit. The lock is
   * the last one that a unit takes, so that chains are never part of a deadlock.
   */
  private async close(): Promise<void> {
    const { pending } = this;
    if (!this.uow.audited && pending.length === 0) return;
    const collected = await this.uow.query<Collected>('SELECT * FROM audit_collect($1)', [
      pending.length > 0,
    ]);
    const [first] = collected;
    if (!first) return;
    const now = Math.max(this.clock.now().getTime(), first.at.getTime());
    const contents = [
      ...collected.flatMap((row) => (row.action === null ? [] : [changeOf(row, row.action)])),
      ...pending.map(noteOf),
    ];
    await this.append(this.chain(first, new Date(now).toISOString(), contents));
  }

  private chain(from: ChainEnd, at: string, contents: readonly Content[]): AuditEntry[] {
    const { tenantId, actor, traceId, request } = currentContext();
    const keyId = this.keys.currentId;
    const key = this.keys.of(tenantId);
    if (!key) throw new Error('the audit key is gone');
    const common = {
      tenantId,
      at,
      operation: request?.operation ?? actor.id,
      actorKind: actor.kind,
      actorId: actor.id,
      requestId: request?.requestId ?? null,
      traceId,
      address: request?.address ?? null,
      userAgent: request?.userAgent ?? null,
      keyId,
    };
    let end = from;
    return contents.map((content) => {
      const entry = linked({ ...common, ...content, id: newId(), seq: end.seq + 1 }, end, key);
      end = entry;
      return entry;
    });
  }

  private async append(entries: readonly AuditEntry[]): Promise<void> {
    const last = entries.at(-1);
    if (!last) return;
    await this.uow.write(APPEND, [
      last.tenantId,
      JSON.stringify(entries.map(rowOf)),
      last.seq,
      last.at,
      last.hash,
      last.mac,
    ]);
  }
}

/** Each entry, and the new end of the chain. `json` columns keep the text as it was hashed. */
const APPEND = `
  WITH entry AS (
    INSERT INTO audit_entry (tenant_id, id, seq, at, kind, action, operation, actor_kind, actor_id, subject_type, subject_id,
      before, after, facts, request_id, trace_id, address, user_agent, key_id, prev_hash, prev_mac, hash, mac)
    SELECT $1, e.id, e.seq, e.at, e.kind, e.action, e.operation, e."actorKind", e."actorId", e."subjectType", e."subjectId",
      e.before::json, e.after::json, e.facts::json, e."requestId", e."traceId", e.address, e."userAgent", e."keyId",
      decode(e."prevHash", 'hex'), decode(e."prevMac", 'hex'), decode(e.hash, 'hex'), decode(e.mac, 'hex')
    FROM json_to_recordset($2::json) AS e(id uuid, seq bigint, at timestamptz, kind text, action text, operation text,
      "actorKind" text, "actorId" text, "subjectType" text, "subjectId" text, before text, after text, facts text,
      "requestId" text, "traceId" text, address text, "userAgent" text, "keyId" text, "prevHash" text, "prevMac" text,
      hash text, mac text)
  )
  UPDATE audit_chain SET seq = $3, at = $4, hash = $5, mac = $6 WHERE tenant_id = $1`;

type Content = Pick<
  AuditRecord,
  'kind' | 'action' | 'subjectType' | 'subjectId' | 'before' | 'after' | 'facts'
> &
  Partial<Pick<AuditRecord, 'actorKind' | 'actorId'>>;

const changeOf = (row: Collected, action: string): Content => ({
  kind: 'change',
  action,
  subjectType: row.subject_type,
  subjectId: row.subject_id,
  before: row.before,
  after: row.after,
  facts: null,
});

const noteOf = ({ kind, action, subject, facts, actor }: Pending): Content => ({
  kind,
  action,
  subjectType: subject?.type ?? null,
  subjectId: subject?.id ?? null,
  before: null,
  after: null,
  facts: facts ? storableJson(facts) : null,
  ...(actor ? { actorKind: actor.kind, actorId: actor.id } : {}),
});

const rowOf = (entry: AuditEntry): Record<string, unknown> => ({
  ...entry,
  prevHash: entry.prevHash.toString('hex'),
  prevMac: entry.prevMac.toString('hex'),
  hash: entry.hash.toString('hex'),
  mac: entry.mac.toString('hex'),
});
