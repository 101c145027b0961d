import { newId } from '#libs/kernel';
import { ChatModel, type ModelReply, type ModelRequest } from '../../../domain/chat-model.js';
import { languageOf } from './language.js';
import { emptyMemory } from './memory.js';
import { PHRASES } from './phrases/index.js';
import { converse } from './policy.js';
import { recall, run } from './replay.js';
import { exchangesOf } from './transcript.js';
import type { ToolRequest } from './tools.js';
import { nowOf, turnOf } from './turn.js';
import { understand } from './understanding.js';

const MODEL = 'offline-rules-1';

const spoken = (text: string): ModelReply => ({
  model: MODEL,
  text,
  toolCalls: [],
  finish: 'stop',
  usage: { promptTokens: 0, completionTokens: 0 },
});

const calling = ({ name, args }: ToolRequest): ModelReply => ({
  model: MODEL,
  text: null,
  toolCalls: [{ id: `call_${newId().replaceAll('-', '')}`, name, arguments: JSON.stringify(args) }],
  finish: 'tool-calls',
  usage: { promptTokens: 0, completionTokens: 0 },
});

/**
 * The assistant without a model key: rules instead of a language model, behind the same port and through the same tools.
 * It keeps no state; each call replays the dialogue from the transcript. It understands English, German, Ukrainian
 * and Russian, and says on greeting that it is an automatic assistant.
 */
export class OfflineModel extends ChatModel {
  override readonly mode = 'offline';

  override async complete(request: ModelRequest): Promise<ModelReply> {
    const { surroundings } = request;
    const exchanges = exchangesOf(request.messages);
    const present = exchanges.at(-1);
    const now = nowOf(surroundings);
    const earlier = exchanges.slice(0, -1);
    const language = languageOf(
      present?.said.join('\n') ?? '',
      earlier.flatMap(({ said }) => said),
      surroundings.language,
    );
    const phrases = PHRASES[language];
    if (!present || present.reply !== null) return spoken(phrases.fallback(surroundings.businessName));
    const memory = recall(earlier, surroundings, emptyMemory());
    const turn = turnOf(surroundings, understand(present.said, language, now), memory);
    const step = run(converse(turn), present, request.tools);
    if (step.kind === 'call') return calling(step.request);
    if (step.kind === 'exhausted') return spoken(`${phrases.sorry} ${phrases.offerHandOver}`);
    // A refused answer is not repeated, unless it reports what was done: that must reach the customer.
    if (present.corrections > 0 && !step.acted) return spoken(`${phrases.sorry} ${phrases.abilities}`);
    return spoken(step.text);
  }

  override probe(): Promise<'connected' | 'offline' | 'error'> {
    return Promise.resolve('offline');
  }
}
