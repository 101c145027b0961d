import { Injectable } from '@nestjs/common';
import { InboundStored } from '#contracts/channels';
import {
  ApplyDeliveryStatusCommand,
  ChangeAddressCommand,
  IsOfErasedQuery,
  ReceiveMessageCommand,
} from '#contracts/conversations';
import type { DomainEvent } from '#libs/kernel';
import { type Delivery, Dispatcher, EventHandler, HandlesEvent } from '#libs/messaging';
import { scrubText } from '#libs/observability';
import { UnitOfWork } from '#libs/persistence';
import type { InboundFact } from '../../domain/inbound.js';
import { ChannelAdapters } from '../../infrastructure/channel-adapters.js';
import { type InboundEvent, InboundEventRepository } from '../../infrastructure/inbound-event.repository.js';

type Stored = { channelId: string; lane: string };
type Fate = { status: 'processed' | 'ignored'; note: string | null; forget?: true };

/** What arrives later than this after it was sent may be an old message that is delivered once more. */
const PROMPT_MS = 5_000;
const ERASED: Fate = { status: 'ignored', note: 'of a person whose data was erased since', forget: true };

/**
 * Handles what waits in one lane (one customer of one channel), in the order it came. The rows are locked in that
 * order, so a second job of the lane waits for the first and finds the rest; other lanes are not in its way.
 */
@Injectable()
@HandlesEvent({
  event: InboundStored,
  name: 'channels.drain-inbound',
  queue: 'inbound',
  transactional: false,
})
export class DrainInboundHandler extends EventHandler<Stored> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly events: InboundEventRepository,
    private readonly adapters: ChannelAdapters,
    private readonly dispatcher: Dispatcher,
  ) {
    super();
  }

  async handle(event: DomainEvent<Stored>, delivery: Delivery): Promise<void> {
    const progress: { at: InboundEvent | null } = { at: null };
    try {
      await this.uow.run(() => this.drain(event, delivery, progress));
    } catch (error) {
      // What cannot be handled after all tries must not keep the customer's later messages waiting.
      const { at } = progress;
      if (delivery.lastAttempt && at)
        await this.uow.run(() => this.events.finish(at.id, 'failed', scrubText(String(error)).slice(0, 500)));
      throw error;
    }
  }

  private async drain(
    { aggregateId, payload }: DomainEvent<Stored>,
    delivery: Delivery,
    progress: { at: InboundEvent | null },
  ): Promise<void> {
    if (!(await delivery.settle())) return;
    for (const event of await this.pending(aggregateId, payload)) {
      progress.at = event;
      const fact: InboundFact = event.payload
        ? this.adapters.get(event.provider).interpret(event.payload, event.receivedAt)
        : { fact: 'ignored', reason: 'it is older than RAW_EVENT_DAYS and cannot be read any more' };
      const { status, note, forget } = await this.act(event, fact);
      await this.events.finish(event.id, status, note);
      if (forget) await this.events.forget(event.id);
    }
  }

  private async pending(own: string, { channelId, lane }: Stored): Promise<InboundEvent[]> {
    const waiting = await this.events.lockPending(channelId, lane);
    // Drained by an earlier job of the lane, as a rule; or given up once, and this is its replay.
    const replayed = !waiting.some(({ id }) => id === own) && (await this.events.reopen(own));
    return replayed ? this.events.lockPending(channelId, lane) : waiting;
  }

  private async act(event: InboundEvent, fact: InboundFact): Promise<Fate> {
    const { channelId, provider, teamId, receivedAt, externalId: dedupeKey } = event;
    switch (fact.fact) {
      case 'message': {
        const { sender, externalId, parts, sentAt, replyTo } = fact;
        if (
          receivedAt.getTime() - sentAt.getTime() > PROMPT_MS &&
          (await this.dispatcher.ask(new IsOfErasedQuery({ channelId, keys: sender.keys, sentAt })))
        )
          return ERASED;
        const input = {
          channelId,
          provider,
          teamId,
          sender,
          dedupeKey,
          externalId,
          parts,
          sentAt,
          receivedAt,
          replyTo,
        };
        const { duplicate } = await this.dispatcher.request(new ReceiveMessageCommand(input));
        return { status: 'processed', note: duplicate ? 'duplicate of a message that came before' : null };
      }
      case 'status': {
        const { providerMessageId, status, at, recipient, error } = fact;
        const { outcome } = await this.dispatcher.request(
          new ApplyDeliveryStatusCommand({ channelId, providerMessageId, status, at, recipient, error }),
        );
        return outcome === 'erased' ? ERASED : { status: 'processed', note: outcome };
      }
      case 'address-changed': {
        const { from, to, text, sentAt } = fact;
        const input = { channelId, from: from.keys, to, dedupeKey, text, sentAt, receivedAt };
        const { changed } = await this.dispatcher.request(new ChangeAddressCommand(input));
        return changed
          ? { status: 'processed', note: null }
          : { status: 'ignored', note: 'the number that changed is not known on this channel' };
      }
      case 'ignored':
        return { status: 'ignored', note: fact.reason };
    }
  }
}
