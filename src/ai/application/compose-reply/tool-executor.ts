import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { canonicalJson, DomainError } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { ToolCall } from '../../domain/chat-model.js';
import { ToolReceiptRepository } from '../../infrastructure/tool-receipt.repository.js';
import { BookingToolKit } from './booking-tool-kit.js';
import { parseArguments } from './tool-arguments.js';
import type { TurnSession } from './turn-session.js';

/** Tools that change something: each has its effect once a turn and set of arguments, however often it is called. */
const EFFECTIVE: ReadonlySet<string> = new Set(['hold_slot', 'confirm_booking', 'reschedule_booking', 'cancel_booking']);

/**
 * Runs what the model asked for. The effect and its receipt are one transaction; the key is made of thread, turn, tool and
 * canonical arguments, never of the model's call id, which changes when a turn is run again.
 */
@Injectable()
export class ToolExecutor {
  constructor(
    private readonly kit: BookingToolKit,
    private readonly receipts: ToolReceiptRepository,
    private readonly uow: UnitOfWork,
  ) {}

  /** The result as JSON-able data; refusals are results too. Throws only what a retry of the turn could mend. */
  async execute(call: ToolCall, session: TurnSession): Promise<Record<string, unknown>> {
    const parsed = parseArguments(call.name, call.arguments);
    if (!parsed.ok) return { error: { code: parsed.code, message: parsed.message } };
    const { threadId, turnId } = session.brief;
    const key = createHash('sha256')
      .update(canonicalJson([threadId, turnId, call.name, parsed.value]))
      .digest('hex');
    try {
      return await this.uow.run(async () => {
        if (!EFFECTIVE.has(call.name))
          return (await this.kit.run(call.name, parsed.value, session, key)) as Record<string, unknown>;
        const earlier = await this.receipts.begin({ key, turnId, tool: call.name, args: parsed.value });
        if (earlier) return earlier;
        const result = (await this.kit.run(call.name, parsed.value, session, key)) as Record<string, unknown>;
        await this.receipts.complete(key, result);
        return result;
      });
    } catch (error) {
      if (error instanceof DomainError) return this.uow.run(() => this.kit.refusal(error, session));
      throw error;
    }
  }
}
