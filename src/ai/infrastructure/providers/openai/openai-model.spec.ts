import {
  FakeOpenAi,
  lastToolResults,
  reply,
  type FakeReply,
} from '../../../../../test/support/fake-openai.js';
import { ask, failureOf, said } from '../../../../../test/support/model-requests.js';
import { BOOKING_TOOLS } from '../../../domain/booking-tools.js';
import type { ModelMessage } from '../../../domain/chat-model.js';
import { OpenAiModel, type OpenAiOptions } from './openai-model.js';

let openai: FakeOpenAi;

beforeAll(async () => {
  openai = await FakeOpenAi.start({ apiKey: 'sk-test-1234567890' });
});
beforeEach(() => openai.reset());
afterAll(() => openai.stop());

const model = (options: Partial<OpenAiOptions> = {}): OpenAiModel =>
  new OpenAiModel({
    apiKey: 'sk-test-1234567890',
    baseUrl: openai.url,
    timeoutMs: 30_000,
    attempts: 3,
    baseDelayMs: 1,
    ...options,
  });

describe('what is asked', () => {
  it('is a request that OpenAI’s schema accepts, with instructions, dialogue and tools', async () => {
    openai.script(reply.text('Of course.'));
    const messages: ModelMessage[] = [
      { role: 'user', text: 'A haircut tomorrow?' },
      {
        role: 'assistant',
        text: null,
        toolCalls: [
          { id: 'call_1', name: 'list_services', arguments: '{}' },
          { id: 'call_2', name: 'find_slots', arguments: '{"serviceId": "oops' },
        ],
      },
      { role: 'tool', toolCallId: 'call_1', content: '{"services":[]}' },
      { role: 'tool', toolCallId: 'call_2', content: '{"error":{}}' },
      { role: 'assistant', text: null, toolCalls: [] },
      { role: 'system', text: 'Name no price that no tool gave.' },
    ];
    const answer = await model().complete(ask({ messages }));
    expect(answer).toEqual({
      model: 'gpt-4o-mini',
      text: 'Of course.',
      toolCalls: [],
      finish: 'stop',
      usage: { promptTokens: expect.any(Number) as number, completionTokens: expect.any(Number) as number },
    });
    const call = (id: string, name: string) => ({
      id,
      type: 'function',
      function: { name, arguments: '{}' },
    });
    expect(openai.refusals).toEqual([]);
    expect(openai.requests).toEqual([
      {
        model: 'gpt-4o-mini',
        temperature: 0.2,
        max_completion_tokens: 500,
        messages: [
          { role: 'system', content: 'You answer for a salon.' },
          { role: 'user', content: 'A haircut tomorrow?' },
          {
            role: 'assistant',
            content: null,
            // The malformed arguments of the second call are not sent back.
            tool_calls: [call('call_1', 'list_services'), call('call_2', 'find_slots')],
          },
          { role: 'tool', tool_call_id: 'call_1', content: '{"services":[]}' },
          { role: 'tool', tool_call_id: 'call_2', content: '{"error":{}}' },
          { role: 'assistant', content: '' },
          { role: 'system', content: 'Name no price that no tool gave.' },
        ],
        tools: BOOKING_TOOLS.map((tool) => ({ type: 'function', function: { ...tool, strict: false } })),
      },
    ]);
  });

  it('has no list of tools when there are none', async () => {
    openai.script(reply.text('Hi'));
    await model().complete(ask({ tools: [] }));
    expect(openai.requests[0]).not.toHaveProperty('tools');
  });

  it('leaves out what a model does not take, and remembers it', async () => {
    const unsupported = (param: string) => {
      const message = `Unsupported parameter: '${param}' is not supported with this model.`;
      return reply.http(400, {
        error: { message, type: 'invalid_request_error', param, code: 'unsupported_parameter' },
      });
    };
    openai.script(
      unsupported('max_completion_tokens'),
      unsupported('temperature'),
      reply.text('a'),
      reply.text('b'),
    );
    const tried = model({ attempts: 1 });
    await tried.complete(ask());
    await tried.complete(ask());
    expect(openai.requests.map((r) => [r.temperature, r.max_tokens, r.max_completion_tokens])).toEqual([
      [0.2, undefined, 500],
      [0.2, 500, undefined],
      [undefined, 500, undefined],
      [undefined, 500, undefined],
    ]);
  });

  it('a value that is only too large is no reason for that', async () => {
    const message =
      'max_completion_tokens is too large: 500. This model supports at most 100 completion tokens.';
    openai.script(
      reply.http(400, { error: { message, param: 'max_completion_tokens', code: 'invalid_value' } }),
    );
    expect(await failureOf(model().complete(ask()))).toMatchObject({
      failure: 'rejected',
      details: { status: 400, code: 'invalid_value', title: message },
    });
    expect(openai.requests).toHaveLength(1);
  });
});

describe('what is answered', () => {
  it('tool calls, of which arguments are as the model wrote them', async () => {
    openai.script(
      reply.tools(
        { name: 'list_services', arguments: {} },
        { name: 'list_staff', arguments: { serviceId: '1' } },
      ),
      reply.malformedArguments('hold_slot'),
    );
    const first = await model().complete(ask());
    expect(first).toMatchObject({ text: null, finish: 'tool-calls' });
    expect(first.toolCalls.map(({ name, arguments: args }) => [name, args])).toEqual([
      ['list_services', '{}'],
      ['list_staff', '{"serviceId":"1"}'],
    ]);
    expect(new Set(first.toolCalls.map((call) => call.id)).size).toBe(2);
    expect((await model().complete(ask())).toolCalls[0]?.arguments).toBe('{"serviceId": "oops');
  });

  it.each<[string, FakeReply, object]>([
    ['a refusal', reply.refusal('No.'), { finish: 'refusal', text: 'No.' }],
    [
      'filtered content',
      said({ role: 'assistant', content: 'x' }, 'content_filter'),
      { finish: 'refusal', text: 'x' },
    ],
    [
      'a text cut at the limit',
      reply.cutShort('Your booking is'),
      { finish: 'length', text: 'Your booking is' },
    ],
    [
      'calls cut at the limit, which are not to be run',
      said(
        {
          content: null,
          tool_calls: [{ id: '1', function: { name: 'cancel_booking', arguments: '{"boo' } }],
        },
        'length',
      ),
      { finish: 'length', toolCalls: [], text: null },
    ],
    [
      'calls that a server finishes with "stop", without ids and with an object',
      said({ content: '', tool_calls: [{ function: { name: 'list_staff', arguments: { a: 1 } } }] }),
      {
        finish: 'tool-calls',
        text: null,
        toolCalls: [
          { id: expect.stringMatching(/^call_/) as string, name: 'list_staff', arguments: '{"a":1}' },
        ],
      },
    ],
    [
      'text in parts',
      said({
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      }),
      { text: 'ab', finish: 'stop' },
    ],
  ])('%s', async (_name, scripted, expected) => {
    openai.script(scripted);
    expect(await model({ attempts: 1 }).complete(ask())).toMatchObject(expected);
  });

  it('a use that the server does not count is estimated, on the high side', async () => {
    openai.script(said({ content: 'a'.repeat(300) }));
    const { usage } = await model().complete(ask());
    expect(usage.promptTokens).toBeGreaterThan(1000);
    expect(usage.completionTokens).toBeGreaterThan(75);
  });
});

describe('a turn with tools against the fake', () => {
  it('goes from the services to a hold by what the tools said', async () => {
    openai.handler = (request) => {
      const [result] = lastToolResults(request) as { services?: { id: string }[]; holdId?: string }[];
      if (result?.services)
        return reply.tool('hold_slot', { serviceId: result.services[0]?.id, startsAt: '2026-11-21T15:00' });
      return result?.holdId ? reply.text(`Held: ${result.holdId}`) : reply.tool('list_services');
    };
    const results: Record<string, object> = {
      list_services: { services: [{ id: 's1' }] },
      hold_slot: { holdId: 'h1' },
    };
    const messages: ModelMessage[] = [{ role: 'user', text: 'A haircut tomorrow at 15?' }];
    let answer = await model().complete(ask({ messages }));
    while (answer.finish === 'tool-calls') {
      messages.push({ role: 'assistant', text: answer.text, toolCalls: answer.toolCalls });
      for (const call of answer.toolCalls) {
        messages.push({ role: 'tool', toolCallId: call.id, content: JSON.stringify(results[call.name]) });
      }
      answer = await model().complete(ask({ messages }));
    }
    expect(answer.text).toBe('Held: h1');
    expect(openai.refusals).toEqual([]);
  });
});
