import { Command } from '@nestjs/cqrs';
import type { MessageView } from '../../contracts/thread.views.js';

/**
 * A person answers. The thread becomes theirs when it was nobody's or the bot's, so that the bot is silent from here on.
 * Errors: `thread.not_found`, `thread.closed`, `channels.window_closed`, `thread.channel_inline` (the channel has no sender).
 */
export class SendMessageCommand extends Command<MessageView> {
  constructor(readonly input: { threadId: string; text: string; agentId: string }) {
    super();
  }
}
