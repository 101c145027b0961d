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
const EFFECTIVE: ReadonlySet<string> = new Set([
  'hold_slot',
  'confirm_booking',
  'reschedule_booking',
  'cancel_booking',
]);

type Json = Record<string, unknown>;

interface ToolUse {
  readonly name: string;
  readonly args: Json;
  readonly key: string;
}

const keyOf = (parts: readonly unknown[]): string =>
  createHash('sha256').update(canonicalJson(parts)).digest('hex');

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
  async execute(call: ToolCall, session: TurnSession): Promise<Json> {
    const parsed = parseArguments(call.name, call.arguments);
    if (!parsed.ok) return { error: { code: parsed.code, message: parsed.message } };
    const { threadId, turnId } = session.brief;
    const key = keyOf([threadId, turnId, call.name, parsed.value]);
    try {
      return await this.uow.run(() => this.run({ name: call.name, args: parsed.value, key }, session));
    } catch (error) {
      if (error instanceof DomainError) return this.uow.run(() => this.kit.refusal(error, session));
      throw error;
    }
  }

  private async run(use: ToolUse, session: TurnSession): Promise<Json> {
    const { name, args, key } = use;
    const effect = async () => (await this.kit.run(name, args, session, key)) as Json;
    if (!EFFECTIVE.has(name)) return effect();
    const { turnId, customer } = session.brief;
    const receipt = await this.receipts.begin({ key, turnId, customerId: customer.id, tool: name, args });
    if ('begun' in receipt) {
      await this.kit.assertBotHasThread(session);
      const result = await effect();
      await this.receipts.complete(receipt.begun, result, customer.id);
      return result;
    }
    const { earlier } = receipt;
    // The customer may have changed their mind and back: what no longer stands is done anew, under a key that follows from it.
    return (await this.kit.stillStands(name, earlier, session))
      ? earlier
      : this.run({ ...use, key: keyOf([key, 'anew']) }, session);
  }
}
