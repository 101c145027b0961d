import { BOOKING_TOOLS } from '../../../domain/booking-tools.js';
import type { ModelMessage, ModelReply, ToolSpec } from '../../../domain/chat-model.js';
import { OfflineModel } from './offline-model.js';
import { SalonSimulator } from './offline-model.simulator.spec-support.js';

const complete = (
  messages: readonly ModelMessage[],
  tools: readonly ToolSpec[] = BOOKING_TOOLS,
): Promise<ModelReply> =>
  new OfflineModel().complete({
    model: 'any',
    instructions: '',
    surroundings: new SalonSimulator().surroundings(),
    messages,
    tools,
    temperature: 0,
    maxTokens: 100,
  });

/** Calls that the rules would not have made, as after a change of mind within the turn. */
const strayCalls = (count: number): ModelMessage[] =>
  Array.from({ length: count }, (_, at): ModelMessage[] => [
    { role: 'assistant', text: null, toolCalls: [{ id: `c${at}`, name: 'opening_hours', arguments: '{}' }] },
    { role: 'tool', toolCallId: `c${at}`, content: '{}' },
  ]).flat();

describe('OfflineModel at its limits', () => {
  const asked: ModelMessage = { role: 'user', text: 'a manicure tomorrow at 15:00' };

  it('calls on after five calls, and ends the turn with an apology after six', async () => {
    expect((await complete([asked, ...strayCalls(5)])).finish).toBe('tool-calls');
    expect(await complete([asked, ...strayCalls(6)])).toMatchObject({
      finish: 'stop',
      toolCalls: [],
      text: 'Sorry, that did not work just now. Shall I pass you on to a colleague?',
    });
  });

  it('hands over when the customer accepts after such an apology', async () => {
    const apology: ModelMessage = { role: 'assistant', text: 'Sorry.', toolCalls: [] };
    const reply = await complete([asked, ...strayCalls(6), apology, { role: 'user', text: 'yes' }]);
    expect(reply.toolCalls[0]?.name).toBe('hand_over');
  });

  it('apologises, and calls nothing, when it was given no tools', async () => {
    const reply = await complete([asked], []);
    expect(reply.toolCalls).toEqual([]);
    expect(reply.text).toMatch(/^Sorry/);
  });

  it('does not repeat an answer that the supervisor sent back', async () => {
    const said: ModelMessage[] = [{ role: 'user', text: 'are you a robot?' }];
    const { text } = await complete(said);
    said.push({ role: 'assistant', text, toolCalls: [] }, { role: 'system', text: 'No.' });
    const again = await complete(said);
    expect(again.text).not.toBe(text);
    expect(again.text).toMatch(/^Sorry/);
  });

  it('repeats the report of a booking that was made, even when it was sent back', async () => {
    const simulator = new SalonSimulator();
    await simulator.say('manicure tomorrow at 15:00');
    const booked = await simulator.say('yes');
    const again = await complete([...simulator.messages, { role: 'system', text: 'Too short.' }]);
    expect(again.text).toBe(booked);
  });

  it('probes as offline', async () => {
    expect(await new OfflineModel().probe()).toBe('offline');
  });
});
