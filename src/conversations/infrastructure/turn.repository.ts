import { Injectable } from '@nestjs/common';
import { currentTenant } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

export interface Turn {
  readonly id: string;
  readonly threadId: string;
  readonly key: string;
  /** Of the thread when the turn began. */
  readonly generation: number;
  readonly attempt: number;
  /** The last message it answers. */
  readonly upToSeq: number;
  readonly status: 'running' | 'replied' | 'dropped';
  readonly leaseUntil: Date;
}

const COLUMNS = `id, thread_id AS "threadId", key, generation, attempt, up_to_seq AS "upToSeq", status,
  lease_until AS "leaseUntil"`;

@Injectable()
export class TurnRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async findByKey(threadId: string, key: string): Promise<Turn | null> {
    const [row] = await this.uow.query<Turn>(
      `SELECT ${COLUMNS} FROM turn WHERE tenant_id = $1 AND thread_id = $2 AND key = $3`,
      [currentTenant(), threadId, key],
    );
    return row ?? null;
  }

  async findById(id: string): Promise<Turn | null> {
    const [row] = await this.uow.query<Turn>(`SELECT ${COLUMNS} FROM turn WHERE tenant_id = $1 AND id = $2`, [
      currentTenant(),
      id,
    ]);
    return row ?? null;
  }

  /** Inserts the turn, or, for its next attempt, writes over it. */
  async save(turn: Turn, now: Date): Promise<void> {
    await this.uow.write(
      `INSERT INTO turn (tenant_id, id, thread_id, key, generation, attempt, up_to_seq, status, lease_until, started_at, finished_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, CASE WHEN $8 <> 'running' THEN $10::timestamptz END)
       ON CONFLICT (tenant_id, id) DO UPDATE SET generation = $5, attempt = $6, up_to_seq = $7, status = $8,
         lease_until = $9, finished_at = CASE WHEN $8 <> 'running' THEN $10::timestamptz END`,
      [
        currentTenant(),
        turn.id,
        turn.threadId,
        turn.key,
        turn.generation,
        turn.attempt,
        turn.upToSeq,
        turn.status,
        turn.leaseUntil,
        now,
      ],
    );
  }
}
