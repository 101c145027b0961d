import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '#libs/config';
import { Clock, ProviderError, storable } from '#libs/kernel';
import { BOOKING_TOOLS } from '../../domain/booking-tools.js';
import { ChatModel, type ModelMessage, type ModelReply } from '../../domain/chat-model.js';
import { effectsOf, evidenceOf } from '../../domain/evidence.js';
import { phrases, type Phrases } from '../../domain/phrases.js';
import { CORRECTIONS, violationOf } from '../../domain/supervisor.js';
import { AiMetrics } from '../../infrastructure/ai-metrics.js';
import { costMicros } from '../../infrastructure/providers/openai/model-prices.js';
import { ToolExecutor } from './tool-executor.js';
import type { TurnSession } from './turn-session.js';

/** One request to a model, for the ledger. */
export interface ModelCall {
  readonly model: string;
  readonly outcome: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costMicros: number;
  readonly priced: boolean;
  readonly durationMs: number;
}

export interface ComposedReply {
  readonly text: string;
  readonly outcome: 'answered' | 'refused' | 'model-failed' | 'rejected-by-supervisor';
  /** Tool calls and their results, in order; what the next turns remember of this one. */
  readonly transcript: ModelMessage[];
  readonly calls: ModelCall[];
  readonly handoffReason: string | null;
  /** Of the booking confirmed in this turn. */
  readonly bookingCode: string | null;
}

export interface ModelSettings {
  readonly model: string;
  readonly temperature: number;
  readonly maxTokens: number;
}

const MAX_REPLY = 4000;
const TOOL_NAMES: ReadonlySet<string> = new Set(BOOKING_TOOLS.map(({ name }) => name));

/** What the supervisor refused, and its corrections, must not be remembered as having been said. */
const isRemembered = (m: ModelMessage): boolean =>
  m.role === 'tool' || (m.role === 'assistant' && m.toolCalls.length > 0);

/** Where the model has no say any more, the customer still hears what its tools did in this turn. */
const besidesEffects = (
  turn: readonly ModelMessage[],
  say: Phrases,
  text: string,
  withEffects = text,
): string => {
  const effects = effectsOf(turn);
  if (effects.length === 0) return text;
  return [
    ...effects.map(({ code, cancelled }) => (cancelled ? say.cancelled(code) : say.booked(code))),
    withEffects,
  ].join(' ');
};

/** Talks with the model until it has a reply that may be sent: tools, supervision, and what is said when it fails. */
@Injectable()
export class ReplyComposer {
  private readonly logger = new Logger(ReplyComposer.name);

  constructor(
    private readonly model: ChatModel,
    private readonly tools: ToolExecutor,
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly metrics: AiMetrics,
  ) {}

  async compose(
    session: TurnSession,
    dialogue: readonly ModelMessage[],
    instructions: string,
    model: ModelSettings,
    resumed: readonly ModelMessage[] = [],
  ): Promise<ComposedReply> {
    const transcript: ModelMessage[] = [...resumed];
    const calls: ModelCall[] = [];
    const say = phrases(session.language);
    const end = (outcome: ComposedReply['outcome'], text: string, handoff: string | null): ComposedReply => {
      this.metrics.countReply(outcome);
      const { confirmedCode: bookingCode } = evidenceOf(dialogue, transcript);
      return {
        text: text.slice(0, MAX_REPLY).toWellFormed(),
        outcome,
        transcript: transcript.filter(isRemembered),
        calls,
        handoffReason: handoff === null ? null : storable(handoff),
        bookingCode,
      };
    };
    let corrected = false;
    for (let round = 0; round < this.settings.ai.maxToolRounds; round += 1) {
      let reply: ModelReply;
      try {
        reply = await this.ask(session, [...dialogue, ...transcript], instructions, model, calls);
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        this.logger.error(
          { err: error, turnId: session.brief.turnId },
          'the model failed; the thread goes to a person',
        );
        const reason = `The assistant's model failed: ${error.message}`.slice(0, 500);
        return end('model-failed', besidesEffects(transcript, say, say.apology), reason);
      }
      if (reply.finish === 'refusal')
        return end('refused', besidesEffects(transcript, say, say.cannotHelp), session.handoffReason);
      if (reply.toolCalls.length > 0) {
        await this.runTools(reply, session, transcript);
        continue;
      }
      const text = storable(reply.text ?? '');
      const violation = violationOf(text, evidenceOf(dialogue, transcript));
      if (!violation) return end('answered', text.trim(), session.handoffReason);
      this.metrics.countViolation(violation);
      if (corrected) break;
      corrected = true;
      transcript.push(
        { role: 'assistant', text, toolCalls: [] },
        { role: 'system', text: CORRECTIONS[violation] },
      );
    }
    const reason = session.handoffReason ?? 'The assistant could not complete the request.';
    return end(
      'rejected-by-supervisor',
      besidesEffects(transcript, say, say.notDone, say.unfinished),
      reason,
    );
  }

  private async ask(
    session: TurnSession,
    messages: ModelMessage[],
    instructions: string,
    { model, temperature, maxTokens }: ModelSettings,
    calls: ModelCall[],
  ): Promise<ModelReply> {
    const started = this.clock.now().getTime();
    const { tenant, brief } = session;
    const record = (name: string, outcome: string, usage: ModelReply['usage']): void => {
      const durationMs = Math.max(0, this.clock.now().getTime() - started);
      const cost = costMicros(name, usage);
      calls.push({
        model: name,
        outcome,
        ...usage,
        costMicros: cost.micros,
        priced: cost.priced,
        durationMs,
      });
      this.metrics.countCall(name, outcome, durationMs, usage, cost.micros);
    };
    try {
      const reply = await this.model.complete({
        model,
        instructions,
        messages,
        tools: BOOKING_TOOLS,
        temperature,
        maxTokens,
        surroundings: {
          businessName: tenant.name,
          timeZone: tenant.timeZone,
          now: this.clock.now(),
          language: tenant.language,
          currency: tenant.currency,
          ...(brief.customer.name ? { customerName: brief.customer.name } : {}),
        },
      });
      record(reply.model, reply.finish, reply.usage);
      return reply;
    } catch (error) {
      const outcome = error instanceof ProviderError ? error.failure : 'error';
      record(model, outcome, { promptTokens: 0, completionTokens: 0 });
      throw error;
    }
  }

  private async runTools(reply: ModelReply, session: TurnSession, transcript: ModelMessage[]): Promise<void> {
    transcript.push({ role: 'assistant', text: reply.text, toolCalls: reply.toolCalls });
    // One after the other: a later call may rest on an earlier one.
    for (const call of reply.toolCalls) {
      const result = await this.tools.execute(call, session);
      this.metrics.countTool(
        TOOL_NAMES.has(call.name) ? call.name : 'unknown',
        'error' in result ? 'refused' : 'done',
      );
      transcript.push({ role: 'tool', toolCallId: call.id, content: JSON.stringify(result) });
    }
  }
}
