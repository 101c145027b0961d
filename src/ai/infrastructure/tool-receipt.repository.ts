import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { Clock, currentTenant, newId } from '#libs/kernel';
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
    private readonly cipher: FieldCipher,
  ) {}

  /** Takes the key for the current transaction; answers the earlier result when it was taken before. */
  async begin(call: {
    key: string;
    turnId: string;
    customerId: string;
    tool: string;
    args: Json;
  }): Promise<{ begun: string } | { earlier: Json }> {
    const id = newId();
    const args = await this.cipher.sealJson(call.args, placeOf(id, 'arguments'), call.customerId);
    const taken = await this.uow.query(
      `INSERT INTO tool_receipt (tenant_id, id, turn_id, idempotency_key, tool, arguments, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING 1`,
      [currentTenant(), id, call.turnId, call.key, call.tool, args, this.clock.now()],
    );
    if (taken.length > 0) return { begun: id };
    const rows = await this.uow.query<{ id: string; result: Json | null }>(
      'SELECT id, result FROM tool_receipt WHERE tenant_id = $1 AND idempotency_key = $2',
      [currentTenant(), call.key],
    );
    const [row] = await this.cipher.openRows('tool_receipt', rows, { result: FIELDS.result });
    return row?.result ? { earlier: row.result } : { begun: rows[0]?.id ?? id };
  }

  /** What earlier attempts at a turn have done, in order. */
  async ofTurn(turnId: string): Promise<ToolReceipt[]> {
    const rows = await this.uow.query<{ id: string; tool: string; args: Json | null; result: Json | null }>(
      `SELECT id, tool, arguments AS args, result FROM tool_receipt
       WHERE tenant_id = $1 AND turn_id = $2 AND result IS NOT NULL ORDER BY id`,
      [currentTenant(), turnId],
    );
    const opened = await this.cipher.openRows('tool_receipt', rows, FIELDS);
    return opened.flatMap(({ tool, args, result }) => (args && result ? [{ tool, args, result }] : []));
  }

  async complete(id: string, result: Json, customerId: string): Promise<void> {
    const sealed = await this.cipher.sealJson(result, placeOf(id, 'result'), customerId);
    await this.uow.execute('UPDATE tool_receipt SET result = $3 WHERE tenant_id = $1 AND id = $2', [
      currentTenant(),
      id,
      sealed,
    ]);
  }
}

const FIELDS = {
  args: { column: 'arguments', json: true },
  result: { column: 'result', json: true },
} as const;

const placeOf = (rowId: string, column: string) => ({ table: 'tool_receipt', column, rowId });
