import { Module } from '@nestjs/common';
import { DeliverHead } from './application/deliver-head/on-head-signed.handler.js';
import {
  GetEntryHandler,
  ListEntriesHandler,
  ListHeadsHandler,
} from './application/read-entries/read-entries.handlers.js';
import { ExportDownload } from './application/export-trail/export-download.js';
import { GetExportHandler, RequestExportHandler } from './application/export-trail/export-trail.handlers.js';
import { MakeExport } from './application/export-trail/on-export-requested.handler.js';
import { AuditSchedule } from './application/schedule/audit-schedule.js';
import { SignHeadHandler } from './application/sign-head/sign-head.handler.js';
import { TrailVerifier } from './application/verify-trail/trail-verifier.js';
import { AuditController } from './http/audit.controller.js';
import { ExportsController } from './http/exports.controller.js';
import { AuditEntryRepository } from './infrastructure/audit-entry.repository.js';
import { AuditExportRepository } from './infrastructure/audit-export.repository.js';
import { AuditHeadRepository } from './infrastructure/audit-head.repository.js';
import { FieldOpener } from './infrastructure/field-opener.js';
import { HeadsFile } from './infrastructure/heads-file.js';

/** The audit trail as people see it: entries, signed heads, verification. How entries come about is `libs/audit`. */
@Module({
  controllers: [AuditController, ExportsController],
  providers: [
    AuditEntryRepository,
    AuditHeadRepository,
    AuditExportRepository,
    RequestExportHandler,
    GetExportHandler,
    MakeExport,
    ExportDownload,
    FieldOpener,
    HeadsFile,
    TrailVerifier,
    AuditSchedule,
    DeliverHead,
    SignHeadHandler,
    ListEntriesHandler,
    GetEntryHandler,
    ListHeadsHandler,
  ],
})
export class AuditModule {}
