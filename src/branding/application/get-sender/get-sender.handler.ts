import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { GetTenantQuery } from '#contracts/tenancy';
import { Dispatcher } from '#libs/messaging';
import { type EffectiveSender, GetSenderQuery } from '../../contracts/index.js';
import { BrandingRepository } from '../../infrastructure/branding.repository.js';
import { SenderRepository } from '../../infrastructure/sender.repository.js';
import { ReadSenderHandler } from '../manage-sender/manage-sender.handlers.js';

@QueryHandler(GetSenderQuery)
export class GetSenderHandler implements IQueryHandler<GetSenderQuery> {
  constructor(
    private readonly reader: ReadSenderHandler,
    private readonly senders: SenderRepository,
    private readonly branding: BrandingRepository,
    private readonly dispatcher: Dispatcher,
  ) {}

  async execute(): Promise<EffectiveSender> {
    const { fromName, fromAddress, replyTo, smtp, fromAddressInUse } = await this.reader.execute();
    const { displayName } = await this.branding.find();
    const name = fromName ?? displayName ?? (await this.dispatcher.ask(new GetTenantQuery())).name;
    return {
      from: { name, address: fromAddressInUse ? fromAddress : null },
      // Mail in the installation's name: answers still reach the business.
      replyTo: replyTo ?? (fromAddressInUse ? null : fromAddress),
      // Their server signs for their domain alone.
      smtp: smtp && fromAddressInUse ? { ...smtp, password: await this.senders.password() } : null,
    };
  }
}
