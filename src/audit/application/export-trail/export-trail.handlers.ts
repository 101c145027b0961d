import { CommandHandler, type ICommandHandler, type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { AuditTrail } from '#libs/audit';
import { Clock, currentContext, DomainError, newId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { AuditExportRequested } from '../../contracts/index.js';
import { type AuditExport, AuditExportRepository } from '../../infrastructure/audit-export.repository.js';
import { GetExportQuery, RequestExportCommand } from './export-trail.commands.js';

@CommandHandler(RequestExportCommand)
export class RequestExportHandler implements ICommandHandler<RequestExportCommand> {
  constructor(
    private readonly exports: AuditExportRepository,
    private readonly trail: AuditTrail,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  async execute({ format, filter }: RequestExportCommand): Promise<AuditExport> {
    const now = this.clock.now();
    const id = newId();
    await this.exports.deleteExpired(now);
    const made = await this.exports.insert({
      id,
      format,
      filter,
      createdAt: now,
      by: currentContext().actor.id,
    });
    this.trail.record({
      action: 'audit.export-requested',
      subject: { type: 'audit-export', id },
      facts: { format, filter },
    });
    await this.outbox.append(AuditExportRequested.make(id, { exportId: id }));
    return made;
  }
}

@QueryHandler(GetExportQuery)
export class GetExportHandler implements IQueryHandler<GetExportQuery> {
  constructor(
    private readonly exports: AuditExportRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: GetExportQuery): Promise<AuditExport> {
    const found = await this.exports.find(id);
    if (!found || (found.expiresAt && found.expiresAt <= this.clock.now()))
      throw new DomainError(
        'not-found',
        'audit.export_not_found',
        `There is no export with id ${id}, or its time is over.`,
      );
    return found;
  }
}
