import { Command, Query } from '@nestjs/cqrs';
import type { ChannelView } from '#contracts/channels';

/** Newest first; one more than `limit`. */
export class ListChannelsQuery extends Query<ChannelView[]> {
  constructor(readonly page: { limit: number; startingAfter?: string }) {
    super();
  }
}

/** Errors: `channel.not_found`, `channel.changed` (stale), `channels.team_unknown` (422). New credentials make an `auth-revoked` channel active again. */
export class UpdateChannelCommand extends Command<ChannelView> {
  constructor(
    readonly input: {
      channelId: string;
      name?: string;
      status?: 'active' | 'disabled';
      accessToken?: string;
      /** null: no team any more. */
      teamId?: string | null;
      expectedVersion?: number;
    },
  ) {
    super();
  }
}

/** The public key of the oldest active web chat; null for none. */
export class FirstWebchatQuery extends Query<string | null> {}
