import { ProviderError } from '#libs/kernel';
import { BOOKING_TOOLS } from '../../src/ai/domain/booking-tools.js';
import type { ModelRequest } from '../../src/ai/domain/chat-model.js';
import { reply, type FakeReply } from './fake-openai.js';

/** A request of a salon's assistant. */
export const ask = (rest: Partial<ModelRequest> = {}): ModelRequest => ({
  model: 'gpt-4o-mini',
  instructions: 'You answer for a salon.',
  surroundings: {
    businessName: 'Salon',
    timeZone: 'Europe/Kyiv',
    now: new Date('2026-11-20T10:00:00Z'),
    language: 'uk',
    currency: 'UAH',
  },
  messages: [{ role: 'user', text: 'A haircut tomorrow?' }],
  tools: BOOKING_TOOLS,
  temperature: 0.2,
  maxTokens: 500,
  ...rest,
});

/** The ProviderError that the work must end in. */
export const failureOf = async (work: Promise<unknown>): Promise<ProviderError> => {
  const error: unknown = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProviderError)) throw error;
  return error;
};

/** A 200 with a body of one's own. */
export const raw = (choice: object | null, rest: object = {}): FakeReply =>
  reply.http(200, { id: 'x', object: 'chat.completion', choices: choice ? [choice] : [], ...rest });
export const said = (message: object, finish_reason = 'stop') => raw({ index: 0, message, finish_reason });
