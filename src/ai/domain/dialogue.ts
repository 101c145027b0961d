import type { MessageView } from '#contracts/conversations';
import type { ModelMessage } from './chat-model.js';

/**
 * What an earlier attempt at a turn, whose process died, has done already, as if the model had just called it. Asked from
 * the start again, a model that no longer finds the slot that it has itself booked would book another one.
 */
export const resumedFrom = (
  done: readonly { readonly tool: string; readonly args: object; readonly result: object }[],
): ModelMessage[] =>
  done.flatMap(({ tool, args, result }, at): ModelMessage[] => {
    const id = `resumed_${at + 1}`;
    return [
      { role: 'assistant', text: null, toolCalls: [{ id, name: tool, arguments: JSON.stringify(args) }] },
      { role: 'tool', toolCallId: id, content: JSON.stringify(result) },
    ];
  });

/**
 * The thread as a model reads it: what the customer wrote, what we answered, and, before each answer of the assistant, the
 * tool calls it rests on, so that the model knows the ids of what it offered.
 */
export const dialogueOf = (
  messages: readonly MessageView[],
  transcripts: ReadonlyMap<string, readonly ModelMessage[]>,
): ModelMessage[] =>
  messages.flatMap((m): ModelMessage[] => {
    if (m.status === 'dropped') return [];
    switch (m.author.kind) {
      case 'customer':
        return [{ role: 'user', text: m.text }];
      case 'assistant':
        return [
          ...(m.turnId ? (transcripts.get(m.turnId) ?? []) : []),
          { role: 'assistant', text: m.text, toolCalls: [] },
        ];
      case 'agent':
        return [{ role: 'assistant', text: `(a colleague wrote) ${m.text}`, toolCalls: [] }];
      case 'system':
        return [];
    }
  });
