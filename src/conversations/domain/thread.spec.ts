import type { DomainEvent } from '#libs/kernel';
import {
  MessageQueued,
  MessageReceived,
  ThreadOpened,
  ThreadOwnerChanged,
  TurnDue,
  TurnStarted,
} from '../contracts/events.js';
import { Thread } from './thread.js';

const T0 = Date.UTC(2026, 10, 20, 10);
const at = (ms: number): Date => new Date(T0 + ms);
const WINDOW = { quietMs: 1_000, maxWaitMs: 5_000 };

const opened = (rest: { provider?: 'meta-whatsapp' | 'api' } = {}): Thread =>
  Thread.open({
    channelId: 'channel',
    provider: rest.provider ?? 'meta-whatsapp',
    identityId: 'identity',
    customerId: 'customer-1',
    ref: '',
    teamId: null,
    now: at(0),
  });
/** As opened, and everybody told of it. */
const open = (rest: { provider?: 'meta-whatsapp' | 'api' } = {}): Thread => {
  const thread = opened(rest);
  thread.pullEvents();
  return thread;
};

let messages = 0;
const says = (thread: Thread, ms: number, rest: { asks?: boolean; text?: string } = {}): number => {
  messages += 1;
  const message = { id: `m${messages}`, text: rest.text ?? 'Hi', asks: rest.asks ?? true, now: at(ms) };
  return thread.receive(message, WINDOW);
};
const typesOf = (events: DomainEvent[]): string[] => events.map(({ type }) => type);
const dueOf = (thread: Thread): number | null => {
  const { turnDueAt } = thread.snapshot();
  return turnDueAt && turnDueAt.getTime() - T0;
};
const refusal = (thread: Thread, ms: number, live = false, immediately = false) =>
  thread.turnRefusal(at(ms), live, immediately);
const replies = (thread: Thread, ms: number, rest: { byPerson?: boolean; queue?: boolean } = {}): number =>
  thread.reply({
    id: 'r',
    text: 'Hello',
    now: at(ms),
    byPerson: rest.byPerson ?? false,
    queue: rest.queue ?? true,
  });

describe('Thread', () => {
  it('tells that it has begun', () => {
    expect(typesOf(opened().pullEvents())).toEqual([ThreadOpened.type]);
  });

  describe('its owner', () => {
    it('is the bot to begin with, in the first generation', () => {
      expect(open().snapshot()).toMatchObject({
        owner: 'bot',
        generation: 1,
        assigneeId: null,
        handoffReason: null,
      });
    });

    const moves: Record<string, (thread: Thread) => void> = {
      assign: (thread) => thread.assign('agent'),
      queue: (thread) => thread.queue('why'),
      release: (thread) => thread.release(),
      close: (thread) => thread.close(at(9)),
    };
    const reach: Record<string, string[]> = {
      bot: [],
      queued: ['queue'],
      human: ['assign'],
      closed: ['close'],
    };
    const into = (owner: string): Thread => {
      const thread = open();
      for (const move of reach[owner] ?? []) moves[move]?.(thread);
      thread.pullEvents();
      return thread;
    };

    it.each([
      ['bot', 'assign', 'human'],
      ['bot', 'queue', 'queued'],
      ['bot', 'release', 'bot'],
      ['bot', 'close', 'closed'],
      ['queued', 'assign', 'human'],
      ['queued', 'queue', 'queued'],
      ['queued', 'release', 'bot'],
      ['queued', 'close', 'closed'],
      ['human', 'assign', 'human'],
      ['human', 'queue', 'human'],
      ['human', 'release', 'bot'],
      ['human', 'close', 'closed'],
      ['closed', 'queue', 'closed'],
      ['closed', 'close', 'closed'],
    ])('goes from %s by %s to %s, with one generation and one event a change', (from, move, to) => {
      const thread = into(from);
      const { generation } = thread.snapshot();
      moves[move]?.(thread);
      expect(thread.snapshot().owner).toBe(to);
      expect(thread.snapshot().generation).toBe(generation + (from === to ? 0 : 1));
      const changed = thread.pullEvents().filter(({ type }) => type === ThreadOwnerChanged.type);
      expect(changed.map(({ payload }) => payload)).toMatchObject(
        from === to ? [] : [{ from, to, generation: generation + 1 }],
      );
    });

    it.each(['assign', 'release'])('of a closed thread is final: %s', (move) => {
      const thread = into('closed');
      expect(() => moves[move]?.(thread)).toThrow(
        expect.objectContaining({ code: 'thread.closed', kind: 'conflict' }),
      );
      expect(thread.pullEvents()).toEqual([]);
    });

    it('changes from one person to another', () => {
      const thread = into('human');
      thread.assign('another');
      expect(thread.snapshot()).toMatchObject({ owner: 'human', assigneeId: 'another', generation: 3 });
    });

    it('tells why a person is wanted, until one comes', () => {
      const thread = into('queued');
      expect(thread.snapshot().handoffReason).toBe('why');
      thread.assign('agent');
      expect(thread.snapshot()).toMatchObject({ assigneeId: 'agent', handoffReason: null });
      thread.release();
      expect(thread.snapshot()).toMatchObject({ assigneeId: null, handoffReason: null });
    });

    it('ends the running turn when it changes', () => {
      const thread = open();
      says(thread, 0);
      thread.startTurn('turn', true);
      thread.assign('agent');
      expect(thread.snapshot().turnId).toBeNull();
    });
  });

  describe('the quiet window', () => {
    it('starts with each message anew, up to the longest wait', () => {
      const thread = open();
      const due = [0, 900, 1_800, 4_500, 4_900, 5_200].map((ms) => (says(thread, ms), dueOf(thread)));
      expect(due).toEqual([1_000, 1_900, 2_800, 5_000, 5_000, 5_200]);
      expect(thread.snapshot().waitingSince).toEqual(at(0));
    });

    it('asks for a turn at its end, each time', () => {
      const thread = open();
      says(thread, 0);
      says(thread, 500);
      const due = thread.pullEvents().filter(({ type }) => type === TurnDue.type);
      expect(due.map(({ availableAt }) => availableAt)).toEqual([at(1_000), at(1_500)]);
    });

    it('lets a turn start at its end, not before, unless at once is wanted', () => {
      const thread = open();
      says(thread, 0);
      expect(refusal(thread, 999)).toBe('not-quiet-yet');
      expect(refusal(thread, 999, false, true)).toBeNull();
      expect(refusal(thread, 1_000)).toBeNull();
      expect(refusal(thread, 1_000, true)).toBe('busy');
    });

    it('does not open for what asks for no answer, nor where there is none', () => {
      const thread = open();
      says(thread, 0, { asks: false });
      expect(typesOf(thread.pullEvents())).toEqual([MessageReceived.type]);
      expect(refusal(thread, 9_999)).toBe('nothing-to-answer');
      thread.receive({ id: 'm', text: 'Hi', asks: true, now: at(1) }, null);
      expect(dueOf(thread)).toBeNull();
      expect(refusal(thread, 1)).toBeNull();
    });

    it.each([
      ['queued', (thread: Thread) => thread.queue('why')],
      ['human', (thread: Thread) => thread.assign('agent')],
    ])('does not open while the thread is %s', (_owner, take) => {
      const thread = open();
      take(thread);
      thread.pullEvents();
      says(thread, 0);
      expect(typesOf(thread.pullEvents())).toEqual([MessageReceived.type]);
      expect(refusal(thread, 9_999)).toBe('not-bot');
    });

    it('does not open again for what was said to a person, once the bot is back', () => {
      const thread = open();
      says(thread, 0);
      thread.assign('agent');
      says(thread, 100);
      thread.release();
      expect(refusal(thread, 9_999)).toBe('nothing-to-answer');
      expect(thread.snapshot()).toMatchObject({ answeredSeq: 2, waitingSince: null, turnDueAt: null });
      says(thread, 10_000);
      expect(dueOf(thread)).toBe(11_000);
    });
  });

  describe('a turn', () => {
    const running = (provider: 'meta-whatsapp' | 'api' = 'meta-whatsapp'): Thread => {
      const thread = open({ provider });
      says(thread, 0);
      thread.startTurn('turn', true);
      thread.pullEvents();
      return thread;
    };

    it('is told when it starts', () => {
      const thread = open();
      says(thread, 0);
      thread.pullEvents();
      thread.startTurn('turn', true);
      expect(thread.pullEvents()).toMatchObject([
        { type: TurnStarted.type, payload: { turnId: 'turn', channelId: 'channel' } },
      ]);
    });

    it('is nobody else’s business where the channel cannot show that somebody types', () => {
      const thread = open();
      thread.startTurn('turn', false);
      expect(thread.pullEvents()).toEqual([]);
      expect(thread.snapshot().turnId).toBe('turn');
    });

    it('that answered everything leaves nothing to answer', () => {
      const thread = running();
      thread.endTurn(1, false, at(2_000));
      expect(thread.snapshot()).toMatchObject({
        turnId: null,
        answeredSeq: 1,
        waitingSince: null,
        turnDueAt: null,
      });
      expect(thread.pullEvents()).toEqual([]);
      expect(refusal(thread, 9_999)).toBe('nothing-to-answer');
    });

    it('that was overtaken asks for the next one, when the customer is quiet', () => {
      const thread = running();
      says(thread, 1_900);
      thread.pullEvents();
      thread.endTurn(1, true, at(2_000));
      expect(thread.snapshot()).toMatchObject({ answeredSeq: 1, waitingSince: at(2_000) });
      expect(thread.pullEvents()).toMatchObject([{ type: TurnDue.type, availableAt: at(2_900) }]);
      expect(refusal(thread, 2_000)).toBe('not-quiet-yet');
      expect(refusal(thread, 2_900)).toBeNull();
    });

    it('of an API thread is asked for by its caller alone', () => {
      const thread = running('api');
      says(thread, 100);
      thread.pullEvents();
      thread.endTurn(1, true, at(2_000));
      expect(thread.pullEvents()).toEqual([]);
      expect(thread.snapshot().waitingSince).toEqual(at(2_000));
    });

    it('never takes an answer back', () => {
      const thread = running();
      says(thread, 100);
      thread.endTurn(2, false, at(200));
      thread.endTurn(1, false, at(300));
      expect(thread.snapshot().answeredSeq).toBe(2);
    });
  });

  describe('messages', () => {
    it('have one position after the other, whoever writes', () => {
      const thread = open();
      expect([says(thread, 0), replies(thread, 1), thread.note('[system]', at(2)), says(thread, 3)]).toEqual([
        1, 2, 3, 4,
      ]);
      expect(thread.snapshot()).toMatchObject({
        lastSeq: 4,
        lastMessageAt: at(3),
        lastCustomerMessageAt: at(3),
      });
    });

    it('of ours are queued for sending, or handed over by the caller', () => {
      const thread = open();
      replies(thread, 0, { queue: false });
      expect(thread.pullEvents()).toEqual([]);
      replies(thread, 1);
      expect(typesOf(thread.pullEvents())).toEqual([MessageQueued.type]);
    });

    it('of a person end the waiting, those of the bot do not by themselves', () => {
      const thread = open();
      says(thread, 0);
      replies(thread, 1);
      expect(thread.snapshot().waitingSince).toEqual(at(0));
      replies(thread, 2, { byPerson: true });
      expect(thread.snapshot()).toMatchObject({ waitingSince: null, answeredSeq: 3, turnDueAt: null });
    });

    it('cannot be written into a closed thread', () => {
      const thread = open();
      thread.close(at(1));
      expect(() => replies(thread, 2)).toThrow(expect.objectContaining({ code: 'thread.closed' }));
      expect(thread.snapshot()).toMatchObject({ lastSeq: 0, closedAt: at(1) });
      thread.close(at(5));
      expect(thread.snapshot().closedAt).toEqual(at(1));
    });

    it('are shown in 200 characters, none of them cut in half', () => {
      const thread = open();
      says(thread, 0, { text: `${'x'.repeat(199)}😀` });
      expect(thread.snapshot().preview).toHaveLength(200);
      expect(thread.snapshot().preview.isWellFormed()).toBe(true);
    });
  });
});
