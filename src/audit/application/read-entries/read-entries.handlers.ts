import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { AuditEntry } from '#libs/audit';
import { DomainError } from '#libs/kernel';
import { AuditEntryRepository } from '../../infrastructure/audit-entry.repository.js';
import { AuditHeadRepository, type KeptHead } from '../../infrastructure/audit-head.repository.js';
import { FieldOpener } from '../../infrastructure/field-opener.js';
import { type EntryView, viewOf } from './entry-view.js';
import { GetEntryQuery, ListEntriesQuery, ListHeadsQuery } from './read-entries.queries.js';

@QueryHandler(ListEntriesQuery)
export class ListEntriesHandler implements IQueryHandler<ListEntriesQuery> {
  constructor(
    private readonly entries: AuditEntryRepository,
    private readonly opener: FieldOpener,
  ) {}

  async execute({ filter, limit, startingAfter }: ListEntriesQuery): Promise<EntryView[]> {
    const views: EntryView[] = [];
    for (const entry of await this.entries.newest(filter, limit + 1, startingAfter))
      views.push(await shown(entry, this.opener));
    return views;
  }
}

@QueryHandler(GetEntryQuery)
export class GetEntryHandler implements IQueryHandler<GetEntryQuery> {
  constructor(
    private readonly entries: AuditEntryRepository,
    private readonly opener: FieldOpener,
  ) {}

  async execute({ id }: GetEntryQuery): Promise<EntryView> {
    const entry = await this.entries.find(id);
    if (!entry)
      throw new DomainError('not-found', 'audit.entry_not_found', `There is no audit entry with id ${id}.`);
    return shown(entry, this.opener);
  }
}

@QueryHandler(ListHeadsQuery)
export class ListHeadsHandler implements IQueryHandler<ListHeadsQuery> {
  constructor(private readonly heads: AuditHeadRepository) {}

  execute({ limit, startingAfter }: ListHeadsQuery): Promise<KeptHead[]> {
    return this.heads.newest(limit + 1, startingAfter);
  }
}

const shown = async (entry: AuditEntry, opener: FieldOpener): Promise<EntryView> =>
  viewOf(entry, await opener.changesOf(entry));
