import { Injectable } from '@nestjs/common';
import { FieldCipher } from '#libs/encryption';
import { Clock, currentTenant, newId, storableJson } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { ModelMessage } from '../domain/chat-model.js';
import type { ComposedReply, ModelCall } from '../application/compose-reply/reply-composer.js';

/** How many of the latest turns a dialogue remembers the tool results of. */
const REMEMBERED_TURNS = 6;

/** What each turn did and cost. */
@Injectable()
export class TurnRecordRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly cipher: FieldCipher,
  ) {}

  async transcripts(threadId: string): Promise<Map<string, ModelMessage[]>> {
    const rows = await this.uow.query<{ id: string; transcript: ModelMessage[] | null }>(
      `SELECT id, transcript FROM turn_record WHERE tenant_id = $1 AND thread_id = $2 ORDER BY created_at DESC LIMIT $3`,
      [currentTenant(), threadId, REMEMBERED_TURNS],
    );
    const opened = await this.cipher.openRows('turn_record', rows, {
      transcript: { column: 'transcript', json: true },
    });
    return new Map(opened.map(({ id, transcript }) => [id, transcript ?? []]));
  }

  async insert(
    turn: { id: string; threadId: string; customerId: string; language: string; durationMs: number },
    reply: ComposedReply,
  ) {
    const sum = (pick: (call: ModelCall) => number) =>
      reply.calls.reduce((total, call) => total + pick(call), 0);
    const place = { table: 'turn_record', column: 'transcript', rowId: turn.id };
    const transcript = await this.cipher.sealJson(reply.transcript, place, turn.customerId);
    await this.uow.write(
      `INSERT INTO turn_record (tenant_id, id, thread_id, outcome, language, transcript, model, prompt_tokens,
         completion_tokens, cost_micros, duration_ms, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        currentTenant(),
        turn.id,
        turn.threadId,
        reply.outcome,
        turn.language,
        transcript,
        reply.calls.at(-1)?.model ?? '',
        sum((c) => c.promptTokens),
        sum((c) => c.completionTokens),
        sum((c) => c.costMicros),
        turn.durationMs,
        this.clock.now(),
      ],
    );
  }

  /** The ledger of model calls; also of turns whose reply was dropped, for they cost the same. */
  async insertCalls(turnId: string, calls: readonly ModelCall[]): Promise<void> {
    if (calls.length === 0) return;
    const rows = calls.map((call) => ({
      id: newId(),
      model: call.model,
      outcome: call.outcome,
      prompt_tokens: call.promptTokens,
      completion_tokens: call.completionTokens,
      cost_micros: call.costMicros,
      priced: call.priced,
      duration_ms: call.durationMs,
    }));
    await this.uow.write(
      `INSERT INTO model_call (tenant_id, id, turn_id, model, outcome, prompt_tokens, completion_tokens, cost_micros, priced,
         duration_ms, created_at)
       SELECT $1, c.id, $2, c.model, c.outcome, c.prompt_tokens, c.completion_tokens, c.cost_micros, c.priced, c.duration_ms, $3
       FROM jsonb_to_recordset($4::jsonb) AS c(id uuid, model text, outcome text, prompt_tokens int, completion_tokens int,
         cost_micros bigint, priced boolean, duration_ms int)`,
      [currentTenant(), turnId, this.clock.now(), storableJson(rows)],
    );
  }
}
