import { Injectable } from '@nestjs/common';
import { Clock, currentTenant, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

export interface RelationDraft {
  readonly fromId: string;
  readonly toId: string;
  readonly kind: 'owner_of' | 'director_of';
  readonly shareBasisPoints: number | null;
}

export interface Relation extends RelationDraft {
  readonly id: string;
  readonly createdAt: Date;
}

const COLUMNS = `id, from_id AS "fromId", to_id AS "toId", kind, share_basis_points AS "shareBasisPoints", created_at AS "createdAt"`;
const MOST = 500;

@Injectable()
export class RelationRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Both ways, oldest first, at most 500. */
  of(counterpartyId: string): Promise<Relation[]> {
    return this.uow.query<Relation>(
      `SELECT ${COLUMNS} FROM counterparty_relation WHERE tenant_id = $1 AND (from_id = $2 OR to_id = $2) ORDER BY id LIMIT ${MOST}`,
      [currentTenant(), counterpartyId],
    );
  }

  /** null when the two are related so already. */
  async insert({ fromId, toId, kind, shareBasisPoints }: RelationDraft): Promise<Relation | null> {
    const [made] = await this.uow.query<Relation>(
      `INSERT INTO counterparty_relation (tenant_id, id, from_id, to_id, kind, share_basis_points, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
      [currentTenant(), newId(), fromId, toId, kind, shareBasisPoints, this.clock.now()],
    );
    return made ?? null;
  }

  async remove(counterpartyId: string, id: string): Promise<boolean> {
    const gone = await this.uow.execute(
      'DELETE FROM counterparty_relation WHERE tenant_id = $1 AND id = $2 AND (from_id = $3 OR to_id = $3)',
      [currentTenant(), id, counterpartyId],
    );
    return gone > 0;
  }
}
