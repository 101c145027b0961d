import type { ModelMessage } from '../../../domain/chat-model.js';
import { readOutcome, type ToolOutcome } from './tools.js';

export interface RecordedCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly outcome: ToolOutcome;
}

/** From the customer's first word after an answer to the next answer. */
export interface Exchange {
  readonly said: readonly string[];
  readonly calls: readonly RecordedCall[];
  /** Null while the turn is being answered. */
  readonly reply: string | null;
  /** How often the supervisor sent an answer of this turn back. */
  readonly corrections: number;
}

const argumentsOf = (json: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
  } catch {
    return {};
  }
};

/** Cuts a dialogue into exchanges. An answer that the supervisor refused belongs to the turn that goes on. */
export const exchangesOf = (messages: readonly ModelMessage[]): Exchange[] => {
  const results = new Map<string, string>();
  for (const message of messages)
    if (message.role === 'tool') results.set(message.toolCallId, message.content);
  const exchanges: { said: string[]; calls: RecordedCall[]; reply: string | null; corrections: number }[] =
    [];
  const current = (): (typeof exchanges)[number] => {
    const last = exchanges.at(-1);
    if (last) return last;
    const first = { said: [], calls: [], reply: null, corrections: 0 };
    exchanges.push(first);
    return first;
  };
  for (const message of messages) {
    if (message.role === 'user') {
      if (exchanges.length === 0 || current().reply !== null) {
        exchanges.push({ said: [], calls: [], reply: null, corrections: 0 });
      }
      current().said.push(message.text);
    } else if (message.role === 'assistant') {
      for (const { id, name, arguments: json } of message.toolCalls) {
        current().calls.push({ name, args: argumentsOf(json), outcome: readOutcome(results.get(id)) });
      }
      if (message.toolCalls.length === 0) current().reply = message.text ?? '';
    } else if (message.role === 'system' && exchanges.length > 0) {
      current().reply = null;
      current().corrections += 1;
    }
  }
  return exchanges;
};
