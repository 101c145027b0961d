import { Body, Controller, Get, Header, HttpCode, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Idempotent, Permission } from '#libs/http';
import { Dispatcher } from '#libs/messaging';
import { ExportDownload } from '../application/export-trail/export-download.js';
import { GetExportQuery, RequestExportCommand } from '../application/export-trail/export-trail.commands.js';
import type { AuditExport } from '../infrastructure/audit-export.repository.js';
import { AuditExportDto, RequestExportDto } from './export.dto.js';
import { filterOf } from './filter.js';

@ApiTags('Audit')
@Controller('api/v1/audit/exports')
export class ExportsController {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly download: ExportDownload,
  ) {}

  @Post()
  @HttpCode(202)
  @Idempotent()
  @Permission('audit:export')
  @ApiOperation({
    operationId: 'requestAuditExport',
    summary: 'Take the audit trail out as files',
    description:
      'A job makes them: ask for the status until it is `ready`. Columns of personal data stay sealed. `npm run cli -- audit-verify <folder>` checks ' +
      'the files without a database. Asking and downloading are entries of the trail.',
  })
  @ApiAcceptedResponse({ type: AuditExportDto })
  async request(@Body() { format, ...filter }: RequestExportDto): Promise<AuditExportDto> {
    filterOf(filter);
    const given = Object.entries(filter).filter(([, value]) => value !== undefined) as [string, string][];
    return dtoOf(await this.dispatcher.request(new RequestExportCommand(format, Object.fromEntries(given))));
  }

  @Get(':id')
  @Permission('audit:export')
  @ApiOperation({ operationId: 'getAuditExport', summary: 'See whether an export is ready' })
  @ApiOkResponse({ type: AuditExportDto })
  @ApiProblems({ 404: ['audit.export_not_found'] })
  async get(@Param('id') id: string): Promise<AuditExportDto> {
    return dtoOf(await this.dispatcher.ask(new GetExportQuery(id)));
  }

  @Get(':id/files/:file')
  @Permission('audit:export')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'downloadAuditExport',
    summary: 'Download a file of an export',
    description:
      'One of `files`, or `manifest.json`: what is in them, the head of the trail, and the signature.',
  })
  @ApiOkResponse({
    description: 'The file.',
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  })
  @ApiProblems({
    404: ['audit.export_not_found', 'audit.export_file_not_found'],
    409: ['audit.export_not_ready'],
  })
  @ApiParam({ name: 'file', example: 'manifest.json' })
  async file(@Param('id') id: string, @Param('file') file: string): Promise<StreamableFile> {
    return new StreamableFile(await this.download.open(id, file), { type: 'application/octet-stream' });
  }
}

const dtoOf = ({ manifest, filter: _, ...rest }: AuditExport): AuditExportDto => ({
  ...rest,
  firstSequence: manifest?.manifest.firstSequence ?? null,
  lastSequence: manifest?.manifest.lastSequence ?? null,
  files: manifest ? [...manifest.manifest.files] : [],
});
