import { FakeOpenAi, reply } from '../../../../../test/support/fake-openai.js';
import { BOOKING_TOOLS } from '../../../domain/booking-tools.js';

describe('the fake OpenAI server', () => {
  let openai: FakeOpenAi;
  const post = (body: unknown, key = 'test-key') =>
    fetch(`${openai.url}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const user = { role: 'user', content: 'Hi' };
  const chat = (rest: object = {}) => ({ model: 'gpt-4o-mini', messages: [user], ...rest });
  const call = { id: 'c1', type: 'function', function: { name: 'list_services', arguments: '{}' } };
  const calling = { role: 'assistant', content: null, tool_calls: [call] };
  const strict = (tool: (typeof BOOKING_TOOLS)[number] | undefined) => ({
    tools: [{ type: 'function', function: { ...tool, strict: true } }],
  });

  beforeAll(async () => {
    openai = await FakeOpenAi.start();
  });
  beforeEach(() => openai.reset());
  afterAll(() => openai.stop());

  it.each([
    ['a plain request', chat()],
    [
      'a tool result',
      chat({ messages: [user, calling, { role: 'tool', tool_call_id: 'c1', content: '{}' }, user] }),
    ],
    [
      'a strict tool without options',
      chat(strict(BOOKING_TOOLS.find((tool) => tool.name === 'confirm_booking'))),
    ],
  ])('accepts %s', async (_name, body) => {
    openai.script(reply.text('Hello'));
    const answer = await post(body);
    expect([answer.status, (await answer.json()) as unknown]).toMatchObject([
      200,
      { object: 'chat.completion', choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }] },
    ]);
  });

  it.each([
    ['what is no JSON', '{'],
    ['no messages', chat({ messages: [] })],
    ['no model', { messages: [user] }],
    ['an unknown parameter', chat({ maxTokens: 5 })],
    ['a temperature out of range', chat({ temperature: 3 })],
    ['both limits', chat({ max_tokens: 5, max_completion_tokens: 5 })],
    ['a message of no role', chat({ messages: [{ role: 'customer', content: 'Hi' }] })],
    ['a message without content', chat({ messages: [{ role: 'user' }] })],
    ['a tool without a function', chat({ tools: [{ type: 'function' }] })],
    ['a tool with a bad name', chat({ tools: [{ type: 'function', function: { name: 'list services' } }] })],
    ['a strict tool with options', chat(strict(BOOKING_TOOLS.find((tool) => tool.name === 'find_slots')))],
    ['a call without its result', chat({ messages: [user, calling, user] })],
    ['a call at the end', chat({ messages: [user, calling] })],
    ['a result of no call', chat({ messages: [user, { role: 'tool', tool_call_id: 'c1', content: '{}' }] })],
    [
      'a result of another call',
      chat({ messages: [user, calling, { role: 'tool', tool_call_id: 'c2', content: '' }] }),
    ],
  ])('refuses %s', async (_name, body) => {
    openai.script(reply.text('unused'));
    const answer = await post(body);
    expect([answer.status, (await answer.json()) as unknown]).toMatchObject([
      400,
      { error: { type: 'invalid_request_error' } },
    ]);
    expect([openai.requests.length, openai.refusals.length, openai.pending]).toEqual([0, 1, 1]);
  });

  it('refuses a wrong key and an unknown path', async () => {
    expect((await post(chat(), 'wrong')).status).toBe(401);
    const headers = { authorization: 'Bearer test-key' };
    expect((await fetch(`${openai.url}/responses`, { method: 'POST', headers })).status).toBe(404);
  });

  it('answers by the queue, then by the handler, and says when it has nothing', async () => {
    openai.script(reply.hallucinatedBooking(), reply.rateLimited(7));
    expect(await (await post(chat())).text()).toContain('Your booking is confirmed');
    const limited = await post(chat());
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
    openai.handler = (request) => reply.text(`heard ${String(request.messages.length)}`);
    expect(await (await post(chat())).text()).toContain('heard 1');
    openai.handler = undefined;
    expect((await post(chat())).status).toBe(500);
    openai.handler = () => {
      throw new Error('broken script');
    };
    expect(await (await post(chat())).text()).toContain('broken script');
    expect(openai.requests).toHaveLength(5);
  });

  it('tells what came when requests do not', async () => {
    openai.handler = () => reply.text('x');
    await post(chat());
    await expect(openai.waitForRequests(1)).resolves.toHaveLength(1);
    await expect(openai.waitForRequests(2, 20)).rejects.toThrow(
      /wanted 2 model request\(s\) within 20 ms; came:\s+Hi/,
    );
  });
});
