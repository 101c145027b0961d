import { Command, Query } from '@nestjs/cqrs';
import type { ChannelProvider } from './channel-provider.js';

export interface ChannelView {
  id: string;
  provider: ChannelProvider;
  name: string;
  /** The provider's address of the business side: WhatsApp `phone_number_id`; the public key of a web chat. */
  account: string;
  /** The team that its threads belong to from the start. */
  teamId: string | null;
  status: 'active' | 'disabled' | 'auth-revoked';
  version: number;
}

/** Error: `channel.not_found`. */
export class GetChannelQuery extends Query<ChannelView> {
  constructor(readonly channelId: string) {
    super();
  }
}

/** The tenant's channel of integrators' calls, made on first use. */
export class EnsureApiChannelCommand extends Command<ChannelView> {}

/** Connects a channel. Errors: `channels.account_taken` (409). */
export class CreateChannelCommand extends Command<ChannelView> {
  constructor(
    readonly input: {
      provider: ChannelProvider;
      name: string;
      account: string;
      /** Another address that its events may come by: the WhatsApp Business Account id. */
      fallbackAccount?: string;
      credentials: Readonly<Record<string, string>>;
    },
  ) {
    super();
  }
}
