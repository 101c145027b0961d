import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
  Query,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ReadsPersonalData } from '#libs/audit';
import { ApiProblems, BodyLimit, Idempotent, IfMatch, page, Permission } from '#libs/http';
import { CounterpartyDesk } from '../application/counterparties/counterparty-desk.js';
import { CounterpartyImporter } from '../application/counterparties/counterparty-import.js';
import { RelationDesk } from '../application/counterparties/relation-desk.js';
import { SearchCounterpartiesDto } from './counterparty-search.dto.js';
import {
  CounterpartyDto,
  CounterpartyPageDto,
  CreateCounterpartyDto,
  ListCounterpartiesQueryDto,
  UpdateCounterpartyDto,
} from './counterparty.dto.js';
import {
  CounterpartyImportDto,
  IMPORT_BODY_BYTES,
  ImportCounterpartiesDto,
  ImportReportDto,
  ImportRowPageDto,
  ListImportRowsQueryDto,
} from './import.dto.js';
import { AddRelationDto, RelationDto, RelationsDto } from './relation.dto.js';
import { counterpartyDto, draftOf, importRowDto, patchOf, relationDto } from './kyb.views.js';

const RULES = ['kyb.schedule_invalid', 'kyb.birth_date_of_organisation'];

@ApiTags('KYB')
@Controller('api/v1/kyb/counterparties')
export class CounterpartiesController {
  constructor(
    private readonly desk: CounterpartyDesk,
    private readonly relations: RelationDesk,
    private readonly importer: CounterpartyImporter,
  ) {}

  @Post()
  @Idempotent()
  @Permission('counterparties:write')
  @ReadsPersonalData('counterparty')
  @ApiOperation({
    operationId: 'createCounterparty',
    summary: 'Add a counterparty',
    description: 'It is checked within moments, and then by its schedule, unless that is `off`.',
  })
  @ApiCreatedResponse({ type: CounterpartyDto })
  @ApiProblems({ 409: ['kyb.reference_taken'], 422: RULES })
  async create(@Body() body: CreateCounterpartyDto): Promise<CounterpartyDto> {
    return counterpartyDto(await this.desk.create(draftOf(body)));
  }

  @Get()
  @Permission('counterparties:read')
  @ReadsPersonalData('counterparty')
  @ApiOperation({
    operationId: 'listCounterparties',
    summary: 'List counterparties',
    description: 'Newest first. By names and numbers: `POST /api/v1/kyb/counterparties/search`.',
  })
  @ApiOkResponse({ type: CounterpartyPageDto })
  async list(
    @Query() { limit, startingAfter, ...filter }: ListCounterpartiesQueryDto,
  ): Promise<CounterpartyPageDto> {
    return page((await this.desk.list(filter, { limit, startingAfter })).map(counterpartyDto), limit);
  }

  @Post('search')
  @HttpCode(200)
  @Permission('counterparties:read')
  @ReadsPersonalData('counterparty')
  @ApiOperation({
    operationId: 'searchCounterparties',
    summary: 'Find counterparties by name or number',
    description: 'Newest first. What is looked for is in the body, as addresses are logged along the way.',
  })
  @ApiOkResponse({ type: CounterpartyPageDto })
  async search(
    @Body() { limit, startingAfter, ...filter }: SearchCounterpartiesDto,
  ): Promise<CounterpartyPageDto> {
    return page((await this.desk.list(filter, { limit, startingAfter })).map(counterpartyDto), limit);
  }

  @Post('imports')
  @BodyLimit(IMPORT_BODY_BYTES)
  @Idempotent()
  @Permission('counterparties:write')
  @ApiOperation({
    operationId: 'importCounterparties',
    summary: 'Add and change counterparties from CSV',
    description:
      'Row by row: what is wrong is refused and reported, the rest is taken. A known reference is an update of what the file has columns for.',
  })
  @ApiCreatedResponse({ type: ImportReportDto })
  @ApiProblems({ 422: ['kyb.csv_invalid', 'kyb.csv_column_unknown', 'kyb.csv_too_long'] })
  async import(@Body() { fileName, csv }: ImportCounterpartiesDto): Promise<ImportReportDto> {
    const { refusals, ...made } = await this.importer.run(fileName, csv);
    return { ...made, refusals: refusals.map(importRowDto) };
  }

  @Get('imports/:importId')
  @Permission('counterparties:read')
  @ApiOperation({ operationId: 'getCounterpartyImport', summary: 'See what came of an import' })
  @ApiOkResponse({ type: CounterpartyImportDto })
  @ApiProblems({ 404: ['import.not_found'] })
  getImport(@Param('importId', ParseUUIDPipe) id: string): Promise<CounterpartyImportDto> {
    return this.importer.get(id);
  }

  @Get('imports/:importId/rows')
  @Permission('counterparties:read')
  @ApiOperation({
    operationId: 'listCounterpartyImportRows',
    summary: 'See what came of each row of an import',
    description: 'By line.',
  })
  @ApiOkResponse({ type: ImportRowPageDto })
  @ApiProblems({ 404: ['import.not_found'] })
  async importRows(
    @Param('importId', ParseUUIDPipe) id: string,
    @Query() query: ListImportRowsQueryDto,
  ): Promise<ImportRowPageDto> {
    return page((await this.importer.rows(id, query)).map(importRowDto), query.limit);
  }

  @Get(':id')
  @Permission('counterparties:read')
  @ReadsPersonalData('counterparty')
  @ApiOperation({ operationId: 'getCounterparty', summary: 'Read a counterparty' })
  @ApiOkResponse({ type: CounterpartyDto })
  @ApiProblems({ 404: ['counterparty.not_found'] })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<CounterpartyDto> {
    return counterpartyDto(await this.desk.get(id));
  }

  @Patch(':id')
  @Permission('counterparties:write')
  @ReadsPersonalData('counterparty')
  @ApiOperation({
    operationId: 'updateCounterparty',
    summary: 'Change a counterparty',
    description: 'When something changes that sources are asked with, it is checked anew within moments.',
  })
  @ApiOkResponse({ type: CounterpartyDto })
  @ApiProblems({
    404: ['counterparty.not_found'],
    409: ['kyb.reference_taken', 'kyb.counterparty_archived'],
    412: ['kyb.counterparty_changed'],
    422: RULES,
  })
  async update(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: UpdateCounterpartyDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<CounterpartyDto> {
    return counterpartyDto(await this.desk.update(id, patchOf(body), expectedVersion));
  }

  @Post(':id/archive')
  @HttpCode(200)
  @Permission('counterparties:write')
  @ReadsPersonalData('counterparty')
  @ApiOperation({
    operationId: 'archiveCounterparty',
    summary: 'Stop checking a counterparty, and keep its evidence',
  })
  @ApiOkResponse({ type: CounterpartyDto })
  @ApiProblems({ 404: ['counterparty.not_found'], 412: ['kyb.counterparty_changed'] })
  async archive(
    @Param('id', ParseUUIDPipe) id: string,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<CounterpartyDto> {
    return counterpartyDto(await this.desk.setArchived(id, true, expectedVersion));
  }

  @Post(':id/restore')
  @HttpCode(200)
  @Permission('counterparties:write')
  @ReadsPersonalData('counterparty')
  @ApiOperation({ operationId: 'restoreCounterparty', summary: 'Take a counterparty out of the archive' })
  @ApiOkResponse({ type: CounterpartyDto })
  @ApiProblems({ 404: ['counterparty.not_found'], 412: ['kyb.counterparty_changed'] })
  async restore(
    @Param('id', ParseUUIDPipe) id: string,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<CounterpartyDto> {
    return counterpartyDto(await this.desk.setArchived(id, false, expectedVersion));
  }

  @Get(':id/relations')
  @Permission('counterparties:read')
  @ApiOperation({
    operationId: 'listRelations',
    summary: 'See who owns and directs whom',
    description: 'Both ways, oldest first, at most 500.',
  })
  @ApiOkResponse({ type: RelationsDto })
  @ApiProblems({ 404: ['counterparty.not_found'] })
  async listRelations(@Param('id', ParseUUIDPipe) id: string): Promise<RelationsDto> {
    return { data: (await this.relations.list(id)).map(relationDto) };
  }

  @Post(':id/relations')
  @Idempotent()
  @Permission('counterparties:write')
  @ApiOperation({
    operationId: 'addRelation',
    summary: 'Say that a counterparty owns or directs another',
  })
  @ApiCreatedResponse({ type: RelationDto })
  @ApiProblems({
    404: ['counterparty.not_found'],
    409: ['kyb.relation_exists'],
    422: ['kyb.related_to_itself', 'kyb.related_unknown', 'kyb.share_of_director'],
  })
  async addRelation(
    @Param('id', ParseUUIDPipe) fromId: string,
    @Body() { toId, kind, shareBasisPoints = null }: AddRelationDto,
  ): Promise<RelationDto> {
    return relationDto(await this.relations.add({ fromId, toId, kind, shareBasisPoints }));
  }

  @Delete(':id/relations/:relationId')
  @HttpCode(204)
  @Permission('counterparties:write')
  @ApiOperation({ operationId: 'removeRelation', summary: 'Take a relation back' })
  @ApiNoContentResponse()
  @ApiProblems({ 404: ['relation.not_found'] })
  removeRelation(
    @Param('id', ParseUUIDPipe) id: string,
    @Param('relationId', ParseUUIDPipe) relationId: string,
  ): Promise<void> {
    return this.relations.remove(id, relationId);
  }
}
