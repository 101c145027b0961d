import { Injectable } from '@nestjs/common';
import type { ChainEnd, SignedHead } from '#libs/audit';
import { currentTenant } from '#libs/kernel';
import { SystemFunctions, UnitOfWork } from '#libs/persistence';

export interface KeptHead extends SignedHead {
  readonly id: string;
}

type Row = Omit<KeptHead, 'at' | 'hash' | 'mac'> & { at: Date; hash: Buffer; mac: Buffer };

const COLUMNS = `tenant_id AS "tenantId", id, number, sequence, hash, mac, at, key_id AS "keyId", signature`;

@Injectable()
export class AuditHeadRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly system: SystemFunctions,
  ) {}

  /** The end of the chain, locked until the commit: nobody adds an entry, nor signs, meanwhile. Null before the first entry. */
  async lockEnd(): Promise<ChainEnd | null> {
    const [end] = await this.uow.query<ChainEnd>(
      'SELECT seq, hash, mac FROM audit_chain WHERE tenant_id = $1 AND seq > 0 FOR UPDATE',
      [currentTenant()],
    );
    return end ?? null;
  }

  async insert(head: KeptHead): Promise<void> {
    await this.uow.write(
      `INSERT INTO audit_head (tenant_id, id, number, sequence, hash, mac, at, key_id, signature)
       VALUES ($1, $2, $3, $4, decode($5, 'hex'), decode($6, 'hex'), $7, $8, $9)`,
      [
        head.tenantId,
        head.id,
        head.number,
        head.sequence,
        head.hash,
        head.mac,
        head.at,
        head.keyId,
        head.signature,
      ],
    );
  }

  async last(): Promise<KeptHead | null> {
    return (await this.newest(1))[0] ?? null;
  }

  /** Newest first; `before`: only those before this head. */
  newest(limit: number, before?: string): Promise<KeptHead[]> {
    return this.select(
      `tenant_id = $1 AND ($2::uuid IS NULL OR number < (SELECT b.number FROM audit_head b WHERE b.tenant_id = $1 AND b.id = $2))
       ORDER BY number DESC LIMIT $3`,
      [currentTenant(), before ?? null, limit],
    );
  }

  /** Oldest first, of those signed at `last` or before. */
  upTo(last: number): Promise<KeptHead[]> {
    return this.select('tenant_id = $1 AND sequence <= $2 ORDER BY number', [currentTenant(), last]);
  }

  /** Tenants that have a trail, in the order of their ids; `unsigned`: whose trail grew since its last head. */
  async tenants(after: string | null, unsigned: boolean, limit: number): Promise<string[]> {
    const rows = await this.system.call<{ tenant_id: string }>('audit_tenants', [after, unsigned, limit]);
    return rows.map((row) => row.tenant_id);
  }

  private async select(where: string, parameters: unknown[]): Promise<KeptHead[]> {
    const rows = await this.uow.query<Row>(`SELECT ${COLUMNS} FROM audit_head WHERE ${where}`, parameters);
    return rows.map((row) => ({
      ...row,
      at: row.at.toISOString(),
      hash: row.hash.toString('hex'),
      mac: row.mac.toString('hex'),
    }));
  }
}
