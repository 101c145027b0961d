import type { ModelMessage } from './chat-model.js';
import type { TurnEvidence } from './supervisor.js';

const MADE: ReadonlySet<string> = new Set(['confirm_booking', 'reschedule_booking']);
const CANCELLED = 'cancel_booking';
const CHANGED: ReadonlySet<string> = new Set(['reschedule_booking', CANCELLED]);

interface ToolResult {
  readonly tool: string;
  readonly result: Record<string, unknown>;
}

/** What the tools of these messages returned, as far as it is JSON. */
const resultsIn = (messages: readonly ModelMessage[]): ToolResult[] => {
  const names = new Map<string, string>();
  const results: ToolResult[] = [];
  for (const message of messages) {
    if (message.role === 'assistant') for (const call of message.toolCalls) names.set(call.id, call.name);
    if (message.role !== 'tool') continue;
    const result = parse(message.content);
    if (result) results.push({ tool: names.get(message.toolCallId) ?? '', result });
  }
  return results;
};

const parse = (text: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

const isDone = ({ result }: ToolResult): boolean => !('error' in result);

const codesOf = ({ result }: ToolResult): string[] => {
  const listed = Array.isArray(result.bookings) ? (result.bookings as { code?: unknown }[]) : [];
  return [result.code, ...listed.map((b) => b.code)].filter(
    (code): code is string => typeof code === 'string',
  );
};

/** The evidence of a turn: what its own tools returned, and which codes the thread was told before. */
export const evidenceOf = (
  dialogue: readonly ModelMessage[],
  turn: readonly ModelMessage[],
): TurnEvidence & { confirmedCode: string | null } => {
  const before = resultsIn(dialogue).filter(isDone);
  const now = resultsIn(turn).filter(isDone);
  const made = now.filter(({ tool, result }) => MADE.has(tool) && typeof result.code === 'string');
  const listed = now.some(
    ({ tool, result }) => tool === 'list_my_bookings' && codesOf({ tool, result }).length > 0,
  );
  return {
    codes: new Set(now.flatMap(codesOf)),
    earlierCodes: new Set(before.flatMap(codesOf)),
    bookingSeen: made.length > 0 || listed,
    changeSeen: [...before, ...now].some(({ tool }) => CHANGED.has(tool)),
    confirmedCode: (made.at(-1)?.result.code as string | undefined) ?? null,
  };
};

/** A booking that the turn's tools made, moved or cancelled. */
export interface Effect {
  readonly code: string;
  readonly cancelled: boolean;
}

/** What the tools of these messages did to bookings: of each booking the last, in the order of the last. */
export const effectsOf = (turn: readonly ModelMessage[]): Effect[] => {
  const effects = new Map<string, Effect>();
  for (const { tool, result } of resultsIn(turn).filter(isDone)) {
    const { code } = result;
    if (typeof code !== 'string' || !(MADE.has(tool) || tool === CANCELLED)) continue;
    effects.delete(code);
    effects.set(code, { code, cancelled: tool === CANCELLED });
  }
  return [...effects.values()];
};
