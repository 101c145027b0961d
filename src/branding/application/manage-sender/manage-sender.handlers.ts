import { CommandHandler, type ICommandHandler, type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { DomainError } from '#libs/kernel';
import { assertVersion } from '../../domain/errors.js';
import { hostOfAddress, type Sender } from '../../domain/sender.js';
import { DomainRepository } from '../../infrastructure/domain.repository.js';
import { SenderRepository } from '../../infrastructure/sender.repository.js';
import { SmtpGuard } from '../../infrastructure/smtp-guard.js';
import { ReadSenderQuery, type SenderView, UpdateSenderCommand } from './manage-sender.commands.js';

@QueryHandler(ReadSenderQuery)
export class ReadSenderHandler implements IQueryHandler<ReadSenderQuery> {
  constructor(
    private readonly senders: SenderRepository,
    private readonly domains: DomainRepository,
  ) {}

  async execute(): Promise<SenderView> {
    const sender = await this.senders.find();
    return { ...sender, fromAddressInUse: await this.inUse(sender) };
  }

  /** A domain may have been lost since the address was set. */
  async inUse({ fromAddress }: Pick<Sender, 'fromAddress'>): Promise<boolean> {
    return fromAddress !== null && this.domains.ownsAround(hostOfAddress(fromAddress));
  }
}

@CommandHandler(UpdateSenderCommand)
export class UpdateSenderHandler implements ICommandHandler<UpdateSenderCommand> {
  constructor(
    private readonly senders: SenderRepository,
    private readonly reader: ReadSenderHandler,
    private readonly guard: SmtpGuard,
  ) {}

  async execute({ fields, password, expectedVersion }: UpdateSenderCommand): Promise<SenderView> {
    const { smtp } = fields;
    if (smtp) this.guard.assertPlausible(smtp.host, smtp.port);
    const present = await this.senders.lock();
    assertVersion('branding.sender_changed', expectedVersion, present.version);
    if (fields.fromAddress !== null && !(await this.reader.inUse(fields)))
      throw DomainError.invalid(
        'branding.sender_domain_unverified',
        '/fromAddress',
        `${hostOfAddress(fields.fromAddress)} is not a domain that you have verified: add and verify it, or set replyTo.`,
      );
    // A password that was given for one server must not be sent to another one.
    const same = smtp !== null && present.smtp?.host === smtp.host && present.smtp.username === smtp.username;
    const kept = password === undefined && same && present.hasPassword;
    if (smtp !== null && smtp.username !== null && !kept && !password)
      throw DomainError.invalid(
        'branding.smtp_password_missing',
        '/smtp/password',
        'password is needed with a username, and anew when server or username change.',
      );
    await this.senders.save(fields, kept ? undefined : smtp === null ? null : (password ?? null));
    return this.reader.execute();
  }
}
