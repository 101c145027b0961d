import type { OpenAI } from 'openai';
import { newId } from '#libs/kernel';
import type {
  ModelMessage,
  ModelReply,
  ModelRequest,
  ToolCall,
  ToolSpec,
} from '../../../domain/chat-model.js';
import { errorInBody, unusable } from './openai-errors.js';

type Message = OpenAI.ChatCompletionMessageParam;
type Body = OpenAI.ChatCompletionCreateParamsNonStreaming;

/** What a model or server does not take, learnt from its 400. */
export type Quirk = 'temperature' | 'max_completion_tokens';

const isJsonObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value);
  } catch {
    return false;
  }
};

const messageOf = (message: ModelMessage): Message => {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: message.text };
    case 'system':
      return { role: 'system', content: message.text };
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolCallId, content: message.content };
    case 'assistant':
      if (message.toolCalls.length === 0) return { role: 'assistant', content: message.text ?? '' };
      return {
        role: 'assistant',
        content: message.text,
        tool_calls: message.toolCalls.map((call) => ({
          id: call.id,
          type: 'function',
          // Several providers behind OpenRouter parse the history and refuse a malformed call; its result tells the model.
          function: { name: call.name, arguments: isJsonObject(call.arguments) ? call.arguments : '{}' },
        })),
      };
  }
};

/**
 * `strict: true` wants every property required, and the tools have optional ones: arguments are validated where a tool runs,
 * as they must be for any model.
 */
const toolOf = ({ name, description, parameters }: ToolSpec): OpenAI.ChatCompletionFunctionTool => ({
  type: 'function',
  function: { name, description, parameters, strict: false },
});

/** `max_completion_tokens` is what OpenAI and OpenRouter document; `max_tokens`, deprecated, is what older servers know. */
export const bodyOf = (request: ModelRequest, quirks: ReadonlySet<Quirk>): Body => ({
  model: request.model,
  messages: [{ role: 'system', content: request.instructions }, ...request.messages.map(messageOf)],
  ...(request.tools.length === 0 ? {} : { tools: request.tools.map(toolOf) }),
  ...(quirks.has('temperature') ? {} : { temperature: request.temperature }),
  ...(quirks.has('max_completion_tokens')
    ? { max_tokens: request.maxTokens }
    : { max_completion_tokens: request.maxTokens }),
});

type Json = Readonly<Record<string, unknown>>;

const recordOf = (value: unknown): Json | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : undefined;

/** Text, or the text of the parts that some servers answer. */
const textOf = (content: unknown): string | null => {
  if (typeof content === 'string') return content === '' ? null : content;
  if (!Array.isArray(content)) return null;
  const parts = content.map((part) => recordOf(part)?.text).filter((part) => typeof part === 'string');
  return parts.length === 0 ? null : parts.join('');
};

const toolCallsOf = (given: unknown): ToolCall[] =>
  (Array.isArray(given) ? given : []).flatMap((item) => {
    const call = recordOf(item);
    const called = recordOf(call?.function);
    if (typeof called?.name !== 'string' || called.name === '') return [];
    const args = called.arguments;
    return [
      {
        id: typeof call?.id === 'string' && call.id !== '' ? call.id : `call_${newId()}`,
        name: called.name,
        arguments: typeof args === 'string' ? args : JSON.stringify(args ?? {}),
      },
    ];
  });

const BYTES_PER_TOKEN = 3;

/** Some servers do not count. A rough figure, on the high side, so that a budget is not bypassed. */
const estimate = (value: unknown): number =>
  Math.ceil(Buffer.byteLength(JSON.stringify(value)) / BYTES_PER_TOKEN);

const usageOf = (given: unknown, body: Body, answered: unknown): ModelReply['usage'] => {
  const usage = recordOf(given);
  const count = (value: unknown, fallback: unknown): number =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : estimate(fallback);
  return {
    promptTokens: count(usage?.prompt_tokens, [body.messages, body.tools ?? []]),
    completionTokens: count(usage?.completion_tokens, answered),
  };
};

/**
 * The reply in an answer, read as if nobody had promised its shape: servers that only resemble OpenAI answer here too.
 * @throws ProviderError for an `error` inside a 200, and for an answer without a usable choice
 */
export const replyOf = (answer: unknown, body: Body): ModelReply => {
  const given = recordOf(answer);
  if (given?.error) throw errorInBody(given.error);
  const choice = recordOf(Array.isArray(given?.choices) ? given.choices[0] : undefined);
  if (choice?.error) throw errorInBody(choice.error);
  if (choice?.finish_reason === 'error') throw unusable('The model broke off with an error.');
  const message = recordOf(choice?.message);
  if (!message) throw unusable('The answer of the model provider has no choice with a message.');

  const model = typeof given?.model === 'string' && given.model !== '' ? given.model : body.model;
  const usage = usageOf(given?.usage, body, message);
  const text = textOf(message.content);
  const refusal = textOf(message.refusal);
  if (refusal !== null || choice?.finish_reason === 'content_filter') {
    return { model, text: refusal ?? text, toolCalls: [], finish: 'refusal', usage };
  }
  // Calls that were cut off at the limit have broken arguments: none of them is to be run.
  if (choice?.finish_reason === 'length') return { model, text, toolCalls: [], finish: 'length', usage };
  const toolCalls = toolCallsOf(message.tool_calls);
  if (toolCalls.length > 0) return { model, text, toolCalls, finish: 'tool-calls', usage };
  if (text === null) throw unusable('The model answered nothing.');
  return { model, text, toolCalls: [], finish: 'stop', usage };
};
