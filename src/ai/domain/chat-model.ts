/** A message of the dialogue as a model sees it; the shape of OpenAI chat completions, in our names. */
export type ModelMessage =
  | { role: 'user'; text: string }
  | { role: 'assistant'; text: string | null; toolCalls: ToolCall[] }
  | { role: 'tool'; toolCallId: string; content: string }
  /** A correction by the supervisor, in the middle of a turn. */
  | { role: 'system'; text: string };

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** As the model wrote it: JSON text, possibly malformed. */
  readonly arguments: string;
}

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema (2020-12) of the arguments, an object with `additionalProperties: false`. */
  readonly parameters: Record<string, unknown>;
}

/** What is true around the dialogue. A remote model reads it in the instructions; the offline one reads it here. */
export interface Surroundings {
  readonly businessName: string;
  /** IANA zone of the business. */
  readonly timeZone: string;
  readonly now: Date;
  /** Language of the business (ISO 639-1), spoken when the customer's is not known. */
  readonly language: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Customer's name as the channel gave it. */
  readonly customerName?: string;
}

export interface ModelRequest {
  readonly model: string;
  readonly instructions: string;
  readonly surroundings: Surroundings;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ToolSpec[];
  readonly temperature: number;
  readonly maxTokens: number;
  readonly signal?: AbortSignal;
}

export interface ModelReply {
  readonly model: string;
  readonly text: string | null;
  readonly toolCalls: ToolCall[];
  /** `refusal`: the model declined; `length`: cut at the token limit. */
  readonly finish: 'stop' | 'tool-calls' | 'length' | 'refusal';
  readonly usage: { promptTokens: number; completionTokens: number };
}

/** A model behind any provider. @throws ProviderError after its own retries. */
export abstract class ChatModel {
  /** `offline` for the rule-based one; shown by `GET /ai/health`. */
  abstract readonly mode: 'remote' | 'offline';
  abstract complete(request: ModelRequest): Promise<ModelReply>;
  /** Cheap reachability probe for health; never throws. */
  abstract probe(): Promise<'connected' | 'offline' | 'error'>;
}
