import { Injectable } from '@nestjs/common';
import { Clock, currentTenant, newId, storableJson } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

type Json = Record<string, unknown>;

export interface ToolReceipt {
  readonly tool: string;
  readonly args: Json;
  readonly result: Json;
}

/** What tools did, by idempotency key. */
@Injectable()
export class ToolReceiptRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Takes the key for the current transaction; answers the earlier result when it was taken before. */
  async begin(call: { key: string; turnId: string; tool: string; args: Json }): Promise<Json | null> {
    const taken = await this.uow.query(
      `INSERT INTO tool_receipt (tenant_id, id, turn_id, idempotency_key, tool, arguments, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING 1`,
      [currentTenant(), newId(), call.turnId, call.key, call.tool, storableJson(call.args), this.clock.now()],
    );
    if (taken.length > 0) return null;
    const [row] = await this.uow.query<{ result: Json | null }>(
      'SELECT result FROM tool_receipt WHERE tenant_id = $1 AND idempotency_key = $2',
      [currentTenant(), call.key],
    );
    return row?.result ?? null;
  }

  /** What earlier attempts at a turn have done, in order. */
  ofTurn(turnId: string): Promise<ToolReceipt[]> {
    return this.uow.query<ToolReceipt>(
      `SELECT tool, arguments AS args, result FROM tool_receipt
       WHERE tenant_id = $1 AND turn_id = $2 AND result IS NOT NULL ORDER BY id`,
      [currentTenant(), turnId],
    );
  }

  async complete(key: string, result: Json): Promise<void> {
    await this.uow.execute(
      'UPDATE tool_receipt SET result = $3 WHERE tenant_id = $1 AND idempotency_key = $2',
      [currentTenant(), key, storableJson(result)],
    );
  }
}
