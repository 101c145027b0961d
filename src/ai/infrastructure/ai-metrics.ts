import { Injectable } from '@nestjs/common';
import { Metrics } from '#libs/observability';

@Injectable()
export class AiMetrics {
  private readonly replies;
  private readonly violations;
  private readonly calls;
  private readonly tokens;
  private readonly cost;
  private readonly tools;

  constructor(metrics: Metrics) {
    this.replies = metrics.counter({
      name: 'frontdesk_ai_replies_total',
      help: 'Replies composed, by how they came about',
      labelNames: ['outcome'],
    });
    this.violations = metrics.counter({
      name: 'frontdesk_ai_violations_total',
      help: 'Replies that the supervisor refused, by reason',
      labelNames: ['violation'],
    });
    this.calls = metrics.histogram({
      name: 'frontdesk_ai_call_duration_seconds',
      help: 'Requests to the model, by outcome',
      labelNames: ['model', 'outcome'],
    });
    this.tokens = metrics.counter({
      name: 'frontdesk_ai_tokens_total',
      help: 'Tokens used',
      labelNames: ['model', 'kind'],
    });
    this.cost = metrics.counter({
      name: 'frontdesk_ai_cost_micros_total',
      help: 'Spend on models in micro-units of USD',
      labelNames: ['model'],
    });
    this.tools = metrics.counter({
      name: 'frontdesk_ai_tool_calls_total',
      help: 'Tool calls of the assistant, by outcome',
      labelNames: ['tool', 'outcome'],
    });
  }

  countReply(outcome: string): void {
    this.replies.inc({ outcome });
  }

  countViolation(violation: string): void {
    this.violations.inc({ violation });
  }

  countTool(tool: string, outcome: string): void {
    this.tools.inc({ tool, outcome });
  }

  countCall(
    model: string,
    outcome: string,
    durationMs: number,
    usage: { promptTokens: number; completionTokens: number },
    micros: number,
  ): void {
    this.calls.observe({ model, outcome }, durationMs / 1_000);
    this.tokens.inc({ model, kind: 'prompt' }, usage.promptTokens);
    this.tokens.inc({ model, kind: 'completion' }, usage.completionTokens);
    this.cost.inc({ model }, micros);
  }
}
