import { Command, Query } from '@nestjs/cqrs';
import type { ExportFormat } from '#libs/audit';
import type { AuditExport } from '../../infrastructure/audit-export.repository.js';

/** Has the trail, or what fits the filter, made into files by a job. An entry of the trail itself. */
export class RequestExportCommand extends Command<AuditExport> {
  constructor(
    readonly format: ExportFormat,
    /** Members of an entry filter, instants in ISO 8601. */
    readonly filter: Readonly<Record<string, string>>,
  ) {
    super();
  }
}

/** Error: `audit.export_not_found`. */
export class GetExportQuery extends Query<AuditExport> {
  constructor(readonly id: string) {
    super();
  }
}
