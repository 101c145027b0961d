import { Injectable } from '@nestjs/common';
import type { AuditEntry, ChainEnd } from '#libs/audit';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

export interface EntryFilter {
  readonly actorId?: string;
  readonly action?: string;
  readonly kind?: string;
  readonly subjectType?: string;
  readonly subjectId?: string;
  readonly requestId?: string;
  /** Included. */
  readonly from?: Date;
  /** Excluded. */
  readonly to?: Date;
}

type Row = Omit<AuditEntry, 'at'> & { at: Date };

// The text of json columns as it was hashed.
const COLUMNS = `tenant_id AS "tenantId", id, seq, at, kind, action, operation, actor_kind AS "actorKind", actor_id AS "actorId",
  subject_type AS "subjectType", subject_id AS "subjectId", before::text, after::text, facts::text, request_id AS "requestId",
  trace_id AS "traceId", address, user_agent AS "userAgent", key_id AS "keyId", prev_hash AS "prevHash", prev_mac AS "prevMac",
  hash, mac`;

const FILTER = `tenant_id = $1 AND ($2::text IS NULL OR actor_id = $2) AND ($3::text IS NULL OR action = $3)
  AND ($4::text IS NULL OR kind = $4) AND ($5::text IS NULL OR subject_type = $5) AND ($6::text IS NULL OR subject_id = $6)
  AND ($7::text IS NULL OR request_id = $7) AND ($8::timestamptz IS NULL OR at >= $8) AND ($9::timestamptz IS NULL OR at < $9)`;

@Injectable()
export class AuditEntryRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Newest first, at most `limit`; `before`: only those before this entry. */
  newest(filter: EntryFilter, limit: number, before?: string): Promise<AuditEntry[]> {
    return this.select(
      `${FILTER} AND ($10::uuid IS NULL OR seq < (SELECT b.seq FROM audit_entry b WHERE b.tenant_id = $1 AND b.id = $10))
       ORDER BY seq DESC LIMIT $11`,
      [...parametersOf(filter), before ?? null, limit],
    );
  }

  /** In the order of the chain, after `seq`, up to `last` included. */
  next(filter: EntryFilter, seq: number, last: number, limit: number): Promise<AuditEntry[]> {
    return this.select(`${FILTER} AND seq > $10 AND seq <= $11 ORDER BY seq LIMIT $12`, [
      ...parametersOf(filter),
      seq,
      last,
      limit,
    ]);
  }

  async find(id: string): Promise<AuditEntry | null> {
    const [entry] = await this.select('tenant_id = $1 AND id = $2', [currentTenant(), id]);
    return entry ?? null;
  }

  /** The kept end of the chain, and the highest sequence that there is, of one instant. */
  async end(): Promise<{ end: ChainEnd; highest: number }> {
    const [row] = await this.uow.query<ChainEnd & { highest: number | null }>(
      `SELECT c.seq, c.hash, c.mac, (SELECT max(e.seq) FROM audit_entry e WHERE e.tenant_id = $1) AS highest
       FROM (SELECT 1) one LEFT JOIN audit_chain c ON c.tenant_id = $1`,
      [currentTenant()],
    );
    const empty = Buffer.alloc(32);
    return {
      end: { seq: row?.seq ?? 0, hash: row?.hash ?? empty, mac: row?.mac ?? empty },
      highest: row?.highest ?? 0,
    };
  }

  private async select(where: string, parameters: unknown[]): Promise<AuditEntry[]> {
    const rows = await this.uow.query<Row>(`SELECT ${COLUMNS} FROM audit_entry WHERE ${where}`, parameters);
    return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
  }
}

const parametersOf = (filter: EntryFilter): unknown[] => [
  currentTenant(),
  filter.actorId ?? null,
  filter.action ?? null,
  filter.kind ?? null,
  filter.subjectType ?? null,
  filter.subjectId ?? null,
  filter.requestId ?? null,
  filter.from ?? null,
  filter.to ?? null,
];
