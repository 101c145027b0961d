import { Logger } from '@nestjs/common';
import { loadSettings } from '#libs/config';
import { ProviderError, SystemClock } from '#libs/kernel';
import { Metrics } from '#libs/observability';
import {
  ChatModel,
  type ModelMessage,
  type ModelReply,
  type ModelRequest,
  type ToolCall,
} from '../../domain/chat-model.js';
import { phrases } from '../../domain/phrases.js';
import { AiMetrics } from '../../infrastructure/ai-metrics.js';
import { ReplyComposer } from './reply-composer.js';
import type { ToolExecutor } from './tool-executor.js';
import type { TurnSession } from './turn-session.js';

const usage = { promptTokens: 100, completionTokens: 10 };
const says = (text: string | null, rest: Partial<ModelReply> = {}): ModelReply => ({
  ...{ model: 'gpt-4o-mini', text, toolCalls: [], finish: 'stop', usage },
  ...rest,
});
const calls = (...names: string[]): ModelReply =>
  says(null, {
    finish: 'tool-calls',
    toolCalls: names.map((name, i) => ({ id: `c${i}-${name}`, name, arguments: '{}' })),
  });

/** Answers by a script; a thrown entry fails. */
class ScriptedModel extends ChatModel {
  readonly mode = 'remote';
  readonly requests: ModelRequest[] = [];

  constructor(private readonly script: (ModelReply | Error)[]) {
    super();
  }

  complete(request: ModelRequest): Promise<ModelReply> {
    this.requests.push({ ...request, messages: [...request.messages] });
    const next = this.script.shift() ?? new Error('the script is at its end');
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  }

  probe(): Promise<'connected'> {
    return Promise.resolve('connected');
  }
}

const ROUNDS = 4;
const settings = loadSettings({ AI_MAX_TOOL_ROUNDS: String(ROUNDS) });
const failure = new ProviderError('openai', 'transient', 'The model did not answer in time.');

interface Given {
  readonly script: (ModelReply | Error)[];
  readonly tools?: (call: ToolCall, session: TurnSession) => Record<string, unknown>;
  readonly language?: string;
  readonly dialogue?: ModelMessage[];
}

const compose = async ({
  script,
  tools,
  language = 'en',
  dialogue = [{ role: 'user', text: 'Hi' }],
}: Given) => {
  const model = new ScriptedModel(script);
  const executed: string[] = [];
  const executor = {
    execute: (call: ToolCall, session: TurnSession) => {
      executed.push(call.name);
      return Promise.resolve(tools?.(call, session) ?? {});
    },
  } as unknown as ToolExecutor;
  const session: TurnSession = {
    brief: {
      ...{
        turnId: 'turn',
        attempt: 1,
        threadId: 'thread',
        channelId: 'channel',
        messages: [],
        unansweredFrom: 1,
      },
      customer: { id: 'customer', name: 'Iryna', phone: null, language: null },
    },
    tenant: {
      ...{
        id: 't',
        slug: 's',
        name: 'Salon',
        timeZone: 'Europe/Kyiv',
        country: 'UA',
        currency: 'UAH',
        language: 'uk',
      },
    },
    language,
    handoffReason: null,
  };
  const composer = new ReplyComposer(
    model,
    executor,
    new SystemClock(),
    settings,
    new AiMetrics(new Metrics()),
  );
  const wanted = { model: 'gpt-4o-mini', temperature: 0.5, maxTokens: 99 };
  const reply = await composer.compose(session, dialogue, 'Be kind.', wanted);
  return { reply, model, executed, session };
};

const booked = () => ({ bookingId: 'b', code: 'K7M2QX' });

// What fails on purpose need not be read by whoever runs the tests.
beforeAll(() => Logger.overrideLogger(false));

describe('ReplyComposer', () => {
  it('answers what the model says, trimmed, and asks it as the settings say', async () => {
    const { reply, model } = await compose({ script: [says('  Hello!\n')] });
    expect(reply).toMatchObject({
      text: 'Hello!',
      outcome: 'answered',
      transcript: [],
      handoffReason: null,
      bookingCode: null,
    });
    expect(model.requests).toMatchObject([
      {
        ...{ model: 'gpt-4o-mini', temperature: 0.5, maxTokens: 99, instructions: 'Be kind.' },
        messages: [{ role: 'user', text: 'Hi' }],
        surroundings: {
          businessName: 'Salon',
          timeZone: 'Europe/Kyiv',
          currency: 'UAH',
          customerName: 'Iryna',
        },
      },
    ]);
  });

  it('runs tools in order, shows their results to the model, and remembers both', async () => {
    const { reply, model, executed } = await compose({
      script: [calls('list_services', 'list_staff'), calls('confirm_booking'), says('Booked. Code: K7M2QX')],
      tools: ({ name }) => (name === 'confirm_booking' ? booked() : { of: name }),
    });
    expect(executed).toEqual(['list_services', 'list_staff', 'confirm_booking']);
    expect(model.requests[1]?.messages.slice(1)).toEqual([
      expect.objectContaining({ role: 'assistant', toolCalls: [expect.anything(), expect.anything()] }),
      { role: 'tool', toolCallId: 'c0-list_services', content: '{"of":"list_services"}' },
      { role: 'tool', toolCallId: 'c1-list_staff', content: '{"of":"list_staff"}' },
    ]);
    expect(reply).toMatchObject({ outcome: 'answered', bookingCode: 'K7M2QX' });
    expect(reply.transcript.map((m) => m.role)).toEqual(['assistant', 'tool', 'tool', 'assistant', 'tool']);
  });

  it('corrects a claim once, and forgets both the claim and the correction', async () => {
    const { reply, model } = await compose({ script: [says('You are booked!'), says('Shall I book it?')] });
    expect(reply).toMatchObject({ text: 'Shall I book it?', outcome: 'answered', transcript: [] });
    expect(model.requests[1]?.messages.slice(1)).toEqual([
      { role: 'assistant', text: 'You are booked!', toolCalls: [] },
      { role: 'system', text: expect.stringContaining('no tool made') },
    ]);
  });

  it.each(['en', 'de', 'uk', 'ru'])('gives up after a second claim, in %s', async (language) => {
    const { reply } = await compose({ script: [says('You are booked!'), says('You are booked!')], language });
    expect(reply).toMatchObject({
      ...{ text: phrases(language).notDone, outcome: 'rejected-by-supervisor', transcript: [] },
      handoffReason: 'The assistant could not complete the request.',
    });
  });

  it.each(['en', 'de', 'uk', 'ru'])(
    'apologises when the model fails, in %s, and says why to the colleague',
    async (language) => {
      const { reply } = await compose({ script: [failure], language });
      expect(reply).toMatchObject({
        ...{ text: phrases(language).apology, outcome: 'model-failed', transcript: [] },
        handoffReason: expect.stringContaining('did not answer in time'),
      });
      expect(reply.calls).toMatchObject([{ outcome: 'transient', promptTokens: 0, costMicros: 0 }]);
    },
  );

  it('leaves to a retry of the turn what is no failure of the model', async () => {
    await expect(compose({ script: [new Error('a bug')] })).rejects.toThrow('a bug');
  });

  it.each<[string, (ModelReply | Error)[], string]>([
    ['the model fails', [failure], phrases('en').apology],
    ['the model refuses', [says(null, { finish: 'refusal' })], phrases('en').cannotHelp],
    [
      'the model insists on another code',
      [says('Code: ZZ9ZZ9'), says('Code: ZZ9ZZ9')],
      phrases('en').unfinished,
    ],
    [
      'the model goes round in circles',
      [calls('list_staff'), calls('list_staff'), calls('list_staff')],
      phrases('en').unfinished,
    ],
  ])('tells of the booking that stands where %s after it', async (_what, after, ending) => {
    const { reply } = await compose({
      script: [calls('confirm_booking'), ...after],
      tools: ({ name }) => (name === 'confirm_booking' ? booked() : {}),
    });
    expect(reply.text).toBe(`${phrases('en').booked('K7M2QX')} ${ending}`);
    expect(reply.bookingCode).toBe('K7M2QX');
    expect(reply.transcript.map((m) => m.role)).not.toContain('system');
  });

  it('tells of a cancellation where the model fails after it', async () => {
    const tools = () => ({ bookingId: 'b', code: 'K7M2QX', status: 'cancelled' });
    const { reply } = await compose({ script: [calls('cancel_booking'), failure], tools });
    expect(reply.text).toBe(`${phrases('en').cancelled('K7M2QX')} ${phrases('en').apology}`);
  });

  it(`stops after ${ROUNDS} rounds`, async () => {
    const { reply, model } = await compose({
      script: Array.from({ length: 9 }, () => calls('list_services')),
    });
    expect(model.requests).toHaveLength(ROUNDS);
    expect(reply).toMatchObject({ outcome: 'rejected-by-supervisor', text: phrases('en').notDone });
  });

  it('passes the reason of a handover on, with the model’s own words', async () => {
    const { reply } = await compose({
      script: [calls('hand_over'), says('A colleague will answer here.')],
      tools: (_call, session) => ((session.handoffReason = 'upset\0'), { queued: true }),
    });
    expect(reply).toMatchObject({ outcome: 'answered', handoffReason: 'upset' });
  });

  it('keeps the reason of a handover where the model fails afterwards by its own lies', async () => {
    const { reply } = await compose({
      script: [calls('hand_over'), says('You are booked!'), says('You are booked!')],
      tools: (_call, session) => ((session.handoffReason = 'wants a person'), { queued: true }),
    });
    expect(reply).toMatchObject({ outcome: 'rejected-by-supervisor', handoffReason: 'wants a person' });
  });

  it('mends text that cannot be stored, and corrects one of which nothing is left', async () => {
    expect((await compose({ script: [says('He\0llo \ud83d')] })).reply.text).toBe('Hello \ufffd');
    const { reply, model } = await compose({ script: [says('\0'), says('Hello')] });
    expect(model.requests).toHaveLength(2);
    expect(reply.text).toBe('Hello');
  });

  it('cuts a reply without end, not inside a character', async () => {
    const { reply } = await compose({ script: [says(`${'x'.repeat(3_999)}😀😀`)] });
    expect(reply.text).toHaveLength(4_000);
    expect(reply.text.isWellFormed()).toBe(true);
  });

  it('records every call with its cost, and a model without a price as such', async () => {
    const { reply } = await compose({
      script: [calls('list_services'), says('Hi', { model: 'house/llama' })],
    });
    expect(reply.calls).toEqual([
      {
        model: 'gpt-4o-mini',
        outcome: 'tool-calls',
        ...usage,
        costMicros: 21,
        priced: true,
        durationMs: expect.any(Number),
      },
      {
        model: 'house/llama',
        outcome: 'stop',
        ...usage,
        costMicros: 0,
        priced: false,
        durationMs: expect.any(Number),
      },
    ]);
  });
});
