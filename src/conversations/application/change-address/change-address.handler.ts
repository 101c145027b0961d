import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newId } from '#libs/kernel';
import { describeParts, type MessagePart } from '../../contracts/message-parts.js';
import { ChangeAddressCommand } from '../../contracts/thread.commands.js';
import { IdentityRepository } from '../../infrastructure/identity.repository.js';
import { MessageRepository } from '../../infrastructure/message.repository.js';
import { ThreadRepository } from '../../infrastructure/thread.repository.js';

@CommandHandler(ChangeAddressCommand)
export class ChangeAddressHandler implements ICommandHandler<ChangeAddressCommand> {
  constructor(
    private readonly identities: IdentityRepository,
    private readonly threads: ThreadRepository,
    private readonly messages: MessageRepository,
  ) {}

  async execute({ input }: ChangeAddressCommand) {
    const identity = await this.identities.findByKeys(input.channelId, input.from);
    if (!identity) return { changed: false };
    await this.identities.moveTo(identity, input.to, input.receivedAt);
    await this.noteInThread(identity.id, input);
    return { changed: true };
  }

  private async noteInThread(identityId: string, input: ChangeAddressCommand['input']): Promise<void> {
    const thread = await this.threads.lockOpen(input.channelId, identityId, '');
    if (!thread || (await this.messages.findByDedupeKey(input.channelId, input.dedupeKey))) return;
    const parts: MessagePart[] = [{ kind: 'system', event: 'address-changed', text: input.text }];
    const text = describeParts(parts);
    await this.messages.insert(
      {
        id: newId(),
        threadId: thread.id,
        channelId: input.channelId,
        seq: thread.note(text, input.receivedAt),
        direction: 'inbound',
        author: { kind: 'system', id: null },
        parts,
        text,
        asks: false,
        status: 'received',
        error: null,
        dedupeKey: input.dedupeKey,
        externalId: null,
        replyTo: null,
        turnId: null,
        generation: null,
        sendStartedAt: null,
        sendDoubtedAt: null,
        sentAt: input.sentAt,
        createdAt: input.receivedAt,
      },
      thread.snapshot().customerId,
    );
    await this.threads.save(thread);
  }
}
