import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { EntryFilterDto } from './audit.dto.js';

const FORMATS = ['jsonl', 'csv'] as const;
const STATUSES = ['pending', 'ready', 'failed'] as const;

export class RequestExportDto extends EntryFilterDto {
  @ApiProperty({
    enum: FORMATS,
    enumName: 'AuditExportFormat',
    description: '`csv` is for spreadsheets too: no cell starts a formula.',
  })
  @IsIn(FORMATS)
  format: (typeof FORMATS)[number];
}

export class ExportFileDto {
  /** @example entries.jsonl */
  name: string;
  /** @example 48213 */
  bytes: number;
  /** Of the whole file, in hex. @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
  sha256: string;
}

/** The trail, or a part of it, as files. */
export class AuditExportDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  id: string;
  @ApiProperty({ enum: FORMATS, enumName: 'AuditExportFormat' })
  format: (typeof FORMATS)[number];
  @ApiProperty({ enum: STATUSES, enumName: 'AuditExportStatus' })
  status: (typeof STATUSES)[number];
  /** Entries in it; null until it is ready. @example 1207 */
  entries: number | null;
  /** @example 1 */
  firstSequence: number | null;
  /** @example 1207 */
  lastSequence: number | null;
  /** To be downloaded one by one, with `manifest.json`; empty until it is ready. */
  files: ExportFileDto[];
  createdAt: Date;
  finishedAt: Date | null;
  /** Until when it can be downloaded. */
  expiresAt: Date | null;
}
