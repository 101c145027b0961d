import { Injectable } from '@nestjs/common';
import {
  BeginTurnCommand,
  CompleteTurnCommand,
  type TurnEnd,
  type TurnRefusal,
} from '#contracts/conversations';
import { CalendarZoneQuery } from '#contracts/calendar';
import { GetTenantQuery } from '#contracts/tenancy';
import { Settings } from '#libs/config';
import { Clock } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import type { ModelMessage } from '../../domain/chat-model.js';
import { dialogueOf, resumedFrom } from '../../domain/dialogue.js';
import { instructionsFor } from '../../domain/instructions.js';
import { languageOf } from '../../infrastructure/providers/offline/language.js';
import { type Assistant, AssistantRepository } from '../../infrastructure/assistant.repository.js';
import { ToolReceiptRepository } from '../../infrastructure/tool-receipt.repository.js';
import { TurnRecordRepository } from '../../infrastructure/turn-record.repository.js';
import { type ComposedReply, type ModelSettings, ReplyComposer } from './reply-composer.js';
import type { TurnSession } from './turn-session.js';

export interface TurnTrigger {
  readonly threadId: string;
  /** Names the trigger; the same one again resumes its turn. */
  readonly key: string;
  /** Do not wait for the customer to be quiet. */
  readonly immediately?: boolean;
  /** The caller hands the reply over itself. */
  readonly deliverInline?: boolean;
  /** Runs in the transaction that ends the turn, or that finds that there is none to run. */
  readonly settle?: () => Promise<unknown>;
}

export type TurnOutcome =
  | { readonly ran: false; readonly refusal: TurnRefusal; readonly waitMs: number }
  | { readonly ran: true; readonly outcome: TurnEnd; readonly reply: ComposedReply };

interface Prepared {
  readonly session: TurnSession;
  readonly dialogue: ModelMessage[];
  /** What an earlier attempt at this turn has done. */
  readonly resumed: ModelMessage[];
  readonly assistant: Assistant;
}

/** One turn: context, model with tools, checks; then reply, receipts and cost in one transaction. */
@Injectable()
export class TurnRunner {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly dispatcher: Dispatcher,
    private readonly composer: ReplyComposer,
    private readonly records: TurnRecordRepository,
    private readonly receipts: ToolReceiptRepository,
    private readonly assistants: AssistantRepository,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  async run(trigger: TurnTrigger): Promise<TurnOutcome> {
    const startedAt = this.clock.now().getTime();
    const prepared = await this.uow.run(() => this.prepare(trigger));
    if ('refusal' in prepared) return { ran: false, ...prepared };
    const { session, dialogue, resumed, assistant } = prepared;
    const surroundings = {
      businessName: session.tenant.name,
      timeZone: session.tenant.timeZone,
      now: this.clock.now(),
      language: session.tenant.language,
      currency: session.tenant.currency,
      ...(session.brief.customer.name ? { customerName: session.brief.customer.name } : {}),
    };
    const instructions = instructionsFor(surroundings, assistant.instructions);
    const reply = await this.composer.compose(
      session,
      dialogue,
      instructions,
      this.modelSettings(assistant),
      resumed,
    );
    const durationMs = Math.max(0, this.clock.now().getTime() - startedAt);
    const outcome = await this.uow.run(() => this.finish(trigger, session, reply, durationMs));
    return { ran: true, outcome, reply };
  }

  private async prepare(trigger: TurnTrigger): Promise<Prepared | { refusal: TurnRefusal; waitMs: number }> {
    const { threadId, key, immediately } = trigger;
    const begun = await this.dispatcher.request(new BeginTurnCommand({ threadId, key, immediately }));
    if ('refusal' in begun) {
      if (begun.refusal !== 'not-quiet-yet') await trigger.settle?.();
      return begun;
    }
    const { brief } = begun;
    // Asked together, for none rests on another: they leave in one send.
    const [profile, timeZone, transcripts, assistant] = await Promise.all([
      this.dispatcher.ask(new GetTenantQuery()),
      this.dispatcher.ask(new CalendarZoneQuery()),
      this.records.transcripts(threadId),
      this.assistants.get(),
    ]);
    // Times are spoken in the zone in which the calendar is kept.
    const tenant = { ...profile, timeZone };
    const ofCustomer = brief.messages.filter((m) => m.author.kind === 'customer');
    const present = ofCustomer.filter((m) => m.seq >= brief.unansweredFrom).map((m) => m.text);
    const earlier = ofCustomer.filter((m) => m.seq < brief.unansweredFrom).map((m) => m.text);
    const language = languageOf(present.join('\n'), earlier, brief.customer.language ?? tenant.language);
    return {
      session: { brief, tenant, language, handoffReason: null },
      dialogue: dialogueOf(brief.messages, transcripts),
      resumed: brief.attempt > 1 ? resumedFrom(await this.receipts.ofTurn(brief.turnId)) : [],
      assistant,
    };
  }

  private async finish(
    trigger: TurnTrigger,
    session: TurnSession,
    reply: ComposedReply,
    durationMs: number,
  ): Promise<TurnEnd> {
    const { turnId, attempt, threadId } = session.brief;
    const { outcome } = await this.dispatcher.request(
      new CompleteTurnCommand({
        turnId,
        attempt,
        text: reply.text,
        language: session.language,
        ...(reply.handoffReason ? { handoff: { reason: reply.handoffReason } } : {}),
        deliverInline: trigger.deliverInline ?? false,
      }),
    );
    await this.records.insertCalls(turnId, reply.calls);
    if (outcome === 'replied') {
      const { language, brief } = session;
      const customerId = brief.customer.id;
      await this.records.insert({ id: turnId, threadId, customerId, language, durationMs }, reply);
    }
    // The later attempt may yet die, and then nobody else would remember that there is something to answer.
    if (outcome !== 'superseded') await trigger.settle?.();
    return outcome;
  }

  private modelSettings({ model, temperature, maxTokens }: Assistant): ModelSettings {
    const { ai } = this.settings;
    return {
      model: model ?? ai.model,
      temperature: temperature ?? ai.temperature,
      maxTokens: maxTokens ?? ai.maxTokens,
    };
  }
}
