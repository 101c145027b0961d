import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#libs/kernel';
import { ClaimSendCommand, type SendClaim } from '../../contracts/thread.commands.js';
import type { Message, MessageError } from '../../domain/message.js';
import { type Identity, IdentityRepository } from '../../infrastructure/identity.repository.js';
import { MessageRepository } from '../../infrastructure/message.repository.js';
import { ParkedStatusRepository } from '../../infrastructure/parked-status.repository.js';
import { ThreadRepository } from '../../infrastructure/thread.repository.js';
import { DeliveryStatuses } from '../apply-delivery-status/delivery-statuses.js';
import { SentMessages } from '../record-send/sent-messages.js';

/** Pause before looking again whether the message before this one has left. */
const ORDER_WAIT_MS = 200;
/** Clocks of provider and installation may differ by this much when a status is matched to a send. */
const CLOCK_TOLERANCE_MS = 2_000;

export const WINDOW_CLOSED = {
  code: 'channels.window_closed',
  title: 'The 24-hour service window is closed',
  detail: 'The customer wrote more than 24 hours ago. Only an approved template message may be sent now.',
};

@CommandHandler(ClaimSendCommand)
export class ClaimSendHandler implements ICommandHandler<ClaimSendCommand> {
  constructor(
    private readonly messages: MessageRepository,
    private readonly threads: ThreadRepository,
    private readonly identities: IdentityRepository,
    private readonly parked: ParkedStatusRepository,
    private readonly sent: SentMessages,
    private readonly statuses: DeliveryStatuses,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: ClaimSendCommand): Promise<SendClaim> {
    const seen = await this.messages.findById(input.messageId);
    if (!seen) return { action: 'none', status: 'dropped' };
    const thread = (await this.threads.lock(seen.threadId)).snapshot();
    const message = (await this.messages.lock(input.messageId)) ?? seen;
    // `failed` without a provider id was never taken: a replayed dead letter may try it again.
    const open =
      ['queued', 'sending'].includes(message.status) || (message.status === 'failed' && !message.externalId);
    if (!open) return { action: 'none', status: message.status };
    const outdated = message.generation !== null && message.generation !== thread.generation;
    if (outdated && message.status !== 'sending') return this.drop(message);
    if (await this.messages.hasEarlierUnsent(thread.id, message.seq))
      return { action: 'wait', delayMs: ORDER_WAIT_MS };

    const identity = await this.identities.findById(thread.identityId);
    if (!identity) throw new Error(`thread ${thread.id} has no identity`);
    if (message.status === 'sending') {
      const known = await this.resolveUnknown(message, identity, input.unknownOutcomeWaitMs);
      if (known) return known;
    }
    if (outdated) return this.drop(message);
    if (input.refusal) return this.refuse(message, input.refusal);
    if (this.windowClosed(thread.lastCustomerMessageAt, input.serviceWindowMs))
      return this.refuse(message, WINDOW_CLOSED);
    await this.messages.startSend(message.id, this.clock.now());
    const repeated = message.status === 'sending';
    return { action: 'send', to: identity.address, text: message.text, replyTo: message.replyTo, repeated };
  }

  /**
   * An earlier try began and nobody recorded how it ended: a status that nobody else claims proves that it was taken. The
   * wait for one counts from this first look, not from the try: while the installation was down no status could come in,
   * and a process that has the answer and waited for the database only now comes to record it.
   */
  private async resolveUnknown(
    message: Message,
    identity: Identity,
    waitMs: number,
  ): Promise<SendClaim | null> {
    const startedAt = message.sendStartedAt ?? this.clock.now();
    const since = new Date(startedAt.getTime() - CLOCK_TOLERANCE_MS);
    const providerId = await this.parked.findUnclaimed(message.channelId, identity.address, since);
    if (providerId) {
      await this.sent.accept(message, providerId, 'sent');
      return { action: 'none', status: 'sent' };
    }
    const now = this.clock.now();
    if (!message.sendDoubtedAt) await this.messages.doubtSend(message.id, now);
    const left = (message.sendDoubtedAt ?? now).getTime() + waitMs - now.getTime();
    return left > 0 ? { action: 'wait', delayMs: left } : null;
  }

  private async drop(message: Message): Promise<SendClaim> {
    await this.messages.setStatus(message.id, 'dropped');
    await this.statuses.announceProgress(message);
    return { action: 'none', status: 'dropped' };
  }

  private async refuse(message: Message, error: MessageError): Promise<SendClaim> {
    await this.messages.setStatus(message.id, 'failed', { error });
    await this.statuses.announceFailure(message, error.code);
    return { action: 'none', status: 'failed' };
  }

  private windowClosed(lastCustomerMessageAt: Date | null, windowMs: number | null): boolean {
    if (windowMs === null) return false;
    return !lastCustomerMessageAt || this.clock.now().getTime() - lastCustomerMessageAt.getTime() >= windowMs;
  }
}
