import { Injectable, Logger } from '@nestjs/common';
import pRetry from 'p-retry';
import { SERVICE_WINDOW_MS } from '#contracts/channels';
import { ClaimSendCommand, MessageQueued, RecordSendCommand } from '#contracts/conversations';
import { Settings } from '#libs/config';
import { currentTenant, type DomainEvent, ProviderError } from '#libs/kernel';
import { Defer, type Delivery, Dispatcher, EventHandler, HandlesEvent, Undeliverable } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import type { ChannelAccount, SendReceipt } from '../../domain/channel-adapter.js';
import { ChannelAdapters } from '../../infrastructure/channel-adapters.js';
import { ChannelMetrics } from '../../infrastructure/channel-metrics.js';
import { ChannelRepository } from '../../infrastructure/channel.repository.js';

type Queued = { threadId: string; messageId: string; channelId: string };
type Failure = Extract<RecordSendCommand['input']['outcome'], { result: 'failed' }>;

const DISABLED = {
  code: 'channels.disabled',
  title: 'The channel is disabled',
  detail: 'Make the channel active to send through it again.',
};

/**
 * Sends one message: claim it, talk to the provider with no transaction open, record the answer.
 *
 * Between the provider's taking it and our recording that, a crash leaves the outcome unknown, and WhatsApp has no
 * idempotency key. The next try waits `SEND_UNKNOWN_OUTCOME_WAIT_MS`, from its first look, for a delivery status that
 * proves the first one, and only without it sends again: at least once in that window, exactly once outside of it.
 */
@Injectable()
@HandlesEvent({
  event: MessageQueued,
  name: 'channels.send-message',
  queue: 'sends',
  transactional: false,
  attempts: ({ sending }) => sending.attempts,
  backoffMs: ({ sending }) => sending.backoffMs,
})
export class SendMessageHandler extends EventHandler<Queued> {
  private readonly logger = new Logger(SendMessageHandler.name);

  constructor(
    private readonly uow: UnitOfWork,
    private readonly dispatcher: Dispatcher,
    private readonly channels: ChannelRepository,
    private readonly adapters: ChannelAdapters,
    private readonly metrics: ChannelMetrics,
    private readonly settings: Settings,
  ) {
    super();
  }

  async handle({ payload }: DomainEvent<Queued>, delivery: Delivery): Promise<void> {
    const { messageId } = payload;
    const claim = await this.claim(payload, delivery);
    if (!claim) return;
    // Not inside the unit of work: what the claim has noted must stay.
    if (claim.waitMs !== undefined) throw new Defer(claim.waitMs);
    const { provider, account, message, repeated } = claim;
    if (repeated) this.metrics.countRepeated(provider);
    const stop = this.metrics.startSend(provider);
    let receipt: SendReceipt;
    try {
      receipt = await this.adapters.get(provider).send(account, message);
    } catch (error) {
      stop(error instanceof ProviderError ? error.failure : 'error');
      return this.afterFailure(payload, error, delivery);
    }
    stop('accepted');
    await this.recordAtAnyCost(async () => {
      await this.dispatcher.request(
        new RecordSendCommand({ messageId, outcome: { result: 'accepted', ...receipt } }),
      );
      await delivery.settle();
    });
  }

  /**
   * The provider has taken the message: while this process lives, what it answered must not be forgotten because the
   * database is away for a moment, or the message would go out again.
   */
  private recordAtAnyCost(work: () => Promise<void>): Promise<void> {
    return pRetry(() => this.uow.run(work), {
      forever: true,
      minTimeout: 50,
      maxTimeout: 1_000,
      factor: 2,
      onFailedAttempt: (error) =>
        this.logger.warn({ err: error, attempt: error.attemptNumber }, 'a send could not be recorded yet'),
    });
  }

  private claim({ messageId, channelId }: Queued, delivery: Delivery) {
    return this.uow.run(async () => {
      const channel = await this.channels.find(channelId);
      if (!channel) throw new Undeliverable(`there is no channel ${channelId}`);
      const { unknownOutcomeWaitMs } = this.settings.sending;
      const serviceWindowMs = SERVICE_WINDOW_MS[channel.provider];
      const claim = await this.dispatcher.request(
        new ClaimSendCommand({
          messageId,
          serviceWindowMs,
          unknownOutcomeWaitMs,
          ...(channel.status === 'disabled' ? { refusal: DISABLED } : {}),
        }),
      );
      if (claim.action === 'none') {
        await delivery.settle();
        return null;
      }
      if (claim.action === 'wait') return { waitMs: claim.delayMs };
      const { to, text, replyTo, repeated } = claim;
      const account: ChannelAccount = {
        tenantId: currentTenant(),
        channelId,
        account: channel.account,
        credentials: await this.channels.credentials(channelId),
      };
      return {
        provider: channel.provider,
        account,
        message: { id: messageId, to, text, ...(replyTo ? { replyTo } : {}) },
        repeated,
      };
    });
  }

  private async afterFailure(
    { messageId, channelId }: Queued,
    error: unknown,
    delivery: Delivery,
  ): Promise<never> {
    const failure = error instanceof ProviderError ? error : null;
    if (failure?.failure === 'unknown-outcome' && !delivery.lastAttempt) throw error;
    if (failure?.retryable && !delivery.lastAttempt) {
      await this.recordAtAnyCost(() =>
        this.dispatcher.request(new RecordSendCommand({ messageId, outcome: { result: 'not-sent' } })),
      );
      throw error;
    }
    const outcome: Failure = {
      result: 'failed',
      error: {
        code: failure?.details.code ?? failure?.failure ?? 'internal',
        title: failure?.details.title ?? 'The message could not be sent',
        detail: failure?.message,
      },
    };
    await this.recordAtAnyCost(async () => {
      if (failure?.failure === 'auth-revoked')
        await this.channels.update(channelId, { status: 'auth-revoked' });
      await this.dispatcher.request(new RecordSendCommand({ messageId, outcome }));
    });
    throw new Undeliverable(failure?.message ?? 'the message could not be sent', { cause: error });
  }
}
