import { AggregateRoot, DomainError, newId } from '#libs/kernel';
import type { ChannelProvider } from '#contracts/channels';
import {
  MessageQueued,
  MessageReceived,
  ThreadOpened,
  ThreadOwnerChanged,
  TurnDue,
  TurnStarted,
} from '../contracts/events.js';
import type { ThreadOwner } from '../contracts/thread.views.js';
import { newsSince, type ThreadNews, type Told, toldOf } from './thread-news.js';

export interface ThreadState {
  readonly id: string;
  readonly channelId: string;
  readonly provider: ChannelProvider;
  readonly identityId: string;
  /** Whose words it keeps. */
  readonly customerId: string;
  readonly ref: string;
  owner: ThreadOwner;
  generation: number;
  assigneeId: string | null;
  /** The team that it belongs to. */
  teamId: string | null;
  handoffReason: string | null;
  preview: string;
  /** Position of the last message. */
  lastSeq: number;
  /** Customer messages up to here have had their answer, or need none. */
  answeredSeq: number;
  /** Since when the customer waits for an answer. */
  waitingSince: Date | null;
  /** No turn before this instant: the customer may still be typing. */
  turnDueAt: Date | null;
  /** The turn that runs. */
  turnId: string | null;
  readonly openedAt: Date;
  closedAt: Date | null;
  lastMessageAt: Date;
  lastCustomerMessageAt: Date | null;
  version: number;
}

/** How long a customer may be silent before, and must at most wait until, a turn starts. Milliseconds. */
export interface QuietWindow {
  readonly quietMs: number;
  readonly maxWaitMs: number;
}

const PREVIEW_LENGTH = 200;

/**
 * A conversation with one identity on one channel. It knows who owns it: the bot, nobody yet (queued), a person, or
 * nobody any more (closed). Every change of owner is a new generation, and what the bot composed for an older
 * generation is not sent.
 */
export class Thread extends AggregateRoot {
  /** As people were told of it last; null: not at all. */
  private told: Told | null;

  constructor(
    private readonly state: ThreadState,
    isNew = false,
  ) {
    super();
    this.told = isNew ? null : toldOf(state);
  }

  static open(input: {
    channelId: string;
    provider: ChannelProvider;
    identityId: string;
    customerId: string;
    ref: string;
    teamId: string | null;
    now: Date;
  }): Thread {
    const { now, ...rest } = input;
    const state: ThreadState = {
      id: newId(),
      ...rest,
      owner: 'bot',
      generation: 1,
      assigneeId: null,
      handoffReason: null,
      preview: '',
      lastSeq: 0,
      answeredSeq: 0,
      waitingSince: null,
      turnDueAt: null,
      turnId: null,
      openedAt: now,
      closedAt: null,
      lastMessageAt: now,
      lastCustomerMessageAt: null,
      version: 1,
    };
    const thread = new Thread(state, true);
    thread.record(ThreadOpened.make(thread.id, { threadId: thread.id, channelId: input.channelId }));
    return thread;
  }

  get id(): string {
    return this.state.id;
  }

  snapshot(): Readonly<ThreadState> {
    return this.state;
  }

  /** To be called as the thread is saved, which makes its next version; null: nothing that people see has changed. */
  takeNews(): ThreadNews | null {
    this.state.version += 1;
    const news = newsSince(this.told, this.state, this.state.version);
    this.told = toldOf(this.state);
    return news;
  }

  /** The customer wrote. `asks`: it wants an answer (a reaction does not). Answers the position of the message. */
  receive(
    message: { id: string; text: string; asks: boolean; now: Date },
    window: QuietWindow | null,
  ): number {
    const s = this.state;
    const seq = this.append(message.text, message.now);
    s.lastCustomerMessageAt = message.now;
    this.record(
      MessageReceived.make(s.id, { threadId: s.id, messageId: message.id, channelId: s.channelId, seq }),
    );
    if (!message.asks) return seq;
    s.waitingSince ??= message.now;
    if (s.owner === 'bot' && window) this.scheduleTurn(message.now, window);
    return seq;
  }

  /** A message of ours takes the next position. A person's answer also ends the customer's waiting. */
  reply(message: { id: string; text: string; now: Date; byPerson: boolean; queue: boolean }): number {
    const s = this.state;
    if (s.owner === 'closed')
      throw new DomainError(
        'conflict',
        'thread.closed',
        'The thread is closed; a new message of the customer opens another.',
      );
    const seq = this.append(message.text, message.now);
    if (message.byPerson) this.markAnswered();
    if (message.queue)
      this.record(
        MessageQueued.make(s.id, { threadId: s.id, messageId: message.id, channelId: s.channelId }),
      );
    return seq;
  }

  /** Something that is neither the customer's nor ours: a number change. */
  note(text: string, now: Date): number {
    return this.append(text, now);
  }

  /** A person takes the thread; the bot is silent from here on. Taking what is one's own already changes nothing. */
  assign(agentId: string): void {
    const s = this.state;
    this.refuseClosed('assigned');
    if (s.owner === 'human' && s.assigneeId === agentId) return;
    this.changeOwner('human', null);
    s.assigneeId = agentId;
  }

  /** Waits for a person of the team; null: belongs to no team any more, and stays whose it is. */
  giveToTeam(teamId: string | null): void {
    const s = this.state;
    this.refuseClosed('given to a team');
    s.teamId = teamId;
    if (teamId !== null && s.owner !== 'queued') this.changeOwner('queued', s.handoffReason);
  }

  /** The team that it belongs to, whoever answers. */
  setTeam(teamId: string | null): void {
    this.state.teamId = teamId;
  }

  /** Waits for a person, with the reason. */
  queue(reason: string): void {
    const s = this.state;
    if (s.owner !== 'bot') return;
    this.changeOwner('queued', reason);
  }

  /** Back to the bot. It answers what comes from now on; what was said meanwhile was the person's to answer. */
  release(): void {
    const s = this.state;
    this.refuseClosed('released');
    if (s.owner === 'bot') return;
    this.changeOwner('bot', null);
    this.markAnswered();
  }

  close(now: Date): void {
    const s = this.state;
    if (s.owner === 'closed') return;
    this.changeOwner('closed', null);
    s.closedAt = now;
    this.markAnswered();
  }

  /** Why no turn may start now; null when it may. */
  turnRefusal(
    now: Date,
    hasLiveTurn: boolean,
    immediately: boolean,
  ): 'not-bot' | 'nothing-to-answer' | 'not-quiet-yet' | 'busy' | null {
    const s = this.state;
    if (s.owner !== 'bot') return 'not-bot';
    if (s.waitingSince === null) return 'nothing-to-answer';
    if (hasLiveTurn) return 'busy';
    if (!immediately && s.turnDueAt && s.turnDueAt > now) return 'not-quiet-yet';
    return null;
  }

  /** `announce`: the channel can show the customer that somebody is typing. */
  startTurn(turnId: string, announce: boolean): void {
    const s = this.state;
    s.turnId = turnId;
    if (announce) this.record(TurnStarted.make(s.id, { threadId: s.id, channelId: s.channelId, turnId }));
  }

  /** The turn answered everything up to `upToSeq`; `waits` says whether the customer wrote more meanwhile. */
  endTurn(upToSeq: number, waits: boolean, now: Date): void {
    const s = this.state;
    s.turnId = null;
    s.answeredSeq = Math.max(s.answeredSeq, upToSeq);
    s.waitingSince = waits ? now : null;
    if (!waits) s.turnDueAt = null;
    // A caller of the API runs the turn of its own message itself.
    else if (s.owner === 'bot' && s.provider !== 'api')
      this.record(TurnDue.make(s.id, { threadId: s.id }, { availableAt: s.turnDueAt ?? now }));
  }

  private scheduleTurn(now: Date, { quietMs, maxWaitMs }: QuietWindow): void {
    const s = this.state;
    const quiet = now.getTime() + quietMs;
    const latest = (s.waitingSince ?? now).getTime() + maxWaitMs;
    s.turnDueAt = new Date(Math.max(now.getTime(), Math.min(quiet, latest)));
    this.record(TurnDue.make(s.id, { threadId: s.id }, { availableAt: s.turnDueAt }));
  }

  private append(text: string, now: Date): number {
    const s = this.state;
    s.lastSeq += 1;
    s.preview = text.slice(0, PREVIEW_LENGTH).toWellFormed();
    s.lastMessageAt = now;
    return s.lastSeq;
  }

  private markAnswered(): void {
    const s = this.state;
    s.answeredSeq = s.lastSeq;
    s.waitingSince = null;
    s.turnDueAt = null;
  }

  private changeOwner(to: ThreadOwner, reason: string | null): void {
    const s = this.state;
    const from = s.owner;
    s.owner = to;
    s.generation += 1;
    s.assigneeId = null;
    s.handoffReason = reason;
    s.turnId = null;
    this.record(
      ThreadOwnerChanged.make(s.id, { threadId: s.id, from, to, generation: s.generation, reason }),
    );
  }

  private refuseClosed(what: string): void {
    if (this.state.owner === 'closed')
      throw new DomainError(
        'conflict',
        'thread.closed',
        `A closed thread cannot be ${what}; a new message opens another.`,
      );
  }
}
