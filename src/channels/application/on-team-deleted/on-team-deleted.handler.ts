import { Injectable } from '@nestjs/common';
import { TeamDeleted } from '#contracts/tenancy';
import type { DomainEvent } from '#libs/kernel';
import { EventHandler, HandlesEvent } from '#libs/messaging';
import { ChannelRepository } from '../../infrastructure/channel.repository.js';

type Deleted = { teamId: string };

@Injectable()
@HandlesEvent({ event: TeamDeleted, name: 'channels.leave-team' })
export class ChannelsLeaveDeletedTeam extends EventHandler<Deleted> {
  constructor(private readonly channels: ChannelRepository) {
    super();
  }

  async handle({ payload }: DomainEvent<Deleted>): Promise<void> {
    await this.channels.leaveTeam(payload.teamId);
  }
}
