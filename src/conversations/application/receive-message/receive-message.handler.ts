import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Settings } from '#libs/config';
import { newId } from '#libs/kernel';
import { asksForAnswer, describeParts } from '../../contracts/message-parts.js';
import { ReceiveMessageCommand, type ReceiveMessageInput } from '../../contracts/thread.commands.js';
import { Thread } from '../../domain/thread.js';
import { type Identity, IdentityRepository } from '../../infrastructure/identity.repository.js';
import { MessageRepository } from '../../infrastructure/message.repository.js';
import { ThreadRepository } from '../../infrastructure/thread.repository.js';

@CommandHandler(ReceiveMessageCommand)
export class ReceiveMessageHandler implements ICommandHandler<ReceiveMessageCommand> {
  constructor(
    private readonly identities: IdentityRepository,
    private readonly threads: ThreadRepository,
    private readonly messages: MessageRepository,
    private readonly settings: Settings,
  ) {}

  async execute({ input }: ReceiveMessageCommand) {
    // Before a thread is opened for it: its own may be closed by now. Two at once cannot be: events of a lane are
    // handled one at a time, and the key is unique.
    const known = await this.messages.findByDedupeKey(input.channelId, input.dedupeKey);
    if (known) return { threadId: known.threadId, messageId: known.id, duplicate: true };
    const identity = await this.identities.findOrCreate(input.channelId, input.sender, input.receivedAt);
    const thread = await this.openThread(input, identity);

    const message = { id: newId(), text: describeParts(input.parts), asks: asksForAnswer(input.parts) };
    const { quietWindowMs, maxWaitMs } = this.settings.conversations;
    const window = input.scheduleTurn === false ? null : { quietMs: quietWindowMs, maxWaitMs };
    const seq = thread.receive({ ...message, now: input.receivedAt }, window);
    await this.messages.insert(
      {
        ...message,
        threadId: thread.id,
        channelId: input.channelId,
        seq,
        direction: 'inbound',
        author: { kind: 'customer', id: identity.customerId },
        parts: input.parts,
        status: 'received',
        error: null,
        dedupeKey: input.dedupeKey,
        externalId: input.externalId,
        replyTo: input.replyTo ?? null,
        turnId: null,
        generation: null,
        sendStartedAt: null,
        sendDoubtedAt: null,
        sentAt: input.sentAt,
        createdAt: input.receivedAt,
      },
      identity.customerId,
    );
    await this.threads.save(thread);
    return { threadId: thread.id, messageId: message.id, duplicate: false };
  }

  private openThread(input: ReceiveMessageInput, { id: identityId, customerId }: Identity): Promise<Thread> {
    const { channelId, provider, receivedAt: now, threadRef: ref = '', teamId = null } = input;
    const fresh = () => Thread.open({ channelId, provider, identityId, customerId, ref, teamId, now });
    return this.threads.lockOpenOr(fresh, channelId, identityId, ref);
  }
}
