import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#libs/kernel';
import { ApplyDeliveryStatusCommand } from '../../contracts/thread.commands.js';
import type { Message } from '../../domain/message.js';
import { MessageRepository } from '../../infrastructure/message.repository.js';
import { ParkedStatusRepository } from '../../infrastructure/parked-status.repository.js';
import { SubjectRepository } from '../../infrastructure/subject.repository.js';
import { DeliveryStatuses } from './delivery-statuses.js';

/** So long after an erasure a status without a message is of one that was erased. A new customer's own send holds its row. */
const LATE_STATUS_MS = 60_000;

@CommandHandler(ApplyDeliveryStatusCommand)
export class ApplyDeliveryStatusHandler implements ICommandHandler<ApplyDeliveryStatusCommand> {
  constructor(
    private readonly messages: MessageRepository,
    private readonly parked: ParkedStatusRepository,
    private readonly statuses: DeliveryStatuses,
    private readonly subjects: SubjectRepository,
    private readonly clock: Clock,
  ) {}

  async execute({
    input,
  }: ApplyDeliveryStatusCommand): Promise<{ outcome: 'applied' | 'parked' | 'outdated' | 'erased' }> {
    const { channelId, providerMessageId, status, at, recipient = null, error = null } = input;
    const message =
      (await this.messages.lockOutbound(channelId, providerMessageId)) ??
      (await this.afterSends(channelId, providerMessageId));
    if (!message) {
      if (recipient && (await this.isErased(channelId, recipient, at))) return { outcome: 'erased' };
      await this.parked.park(
        channelId,
        { providerMessageId, status, at, recipient, error },
        this.clock.now(),
      );
      return { outcome: 'parked' };
    }
    return { outcome: (await this.statuses.apply(message, status, error)) ? 'applied' : 'outdated' };
  }

  /** Of a message that was erased with its customer. */
  private async isErased(channelId: string, recipient: string, at: Date): Promise<boolean> {
    const keys = (['wa_id', 'bsuid', 'phone'] as const).map((kind) => ({ kind, value: recipient }));
    const erasedAt = await this.subjects.erasedAt(channelId, keys);
    return erasedAt !== null && at.getTime() < erasedAt.getTime() + LATE_STATUS_MS;
  }

  /** The provider may report of a message while its answer to the send is being recorded: one of the two must see the other. */
  private async afterSends(channelId: string, providerMessageId: string): Promise<Message | null> {
    await this.messages.holdSends(channelId);
    return this.messages.lockOutbound(channelId, providerMessageId);
  }
}
