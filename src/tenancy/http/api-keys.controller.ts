import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ApiProblems, Idempotent, ListQueryDto, page, Permission } from '#libs/http';
import { ApiKeysService } from '../application/api-keys/api-keys.service.js';
import { ApiKeyDto, ApiKeyPageDto, CreateApiKeyDto, MadeApiKeyDto, RotateApiKeyDto } from './api-key.dto.js';

@ApiTags('API keys')
@Controller('api/v1/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Post()
  @Permission('api-keys:write')
  @Idempotent()
  @ApiOperation({
    operationId: 'createApiKey',
    summary: 'Make an API key',
    description:
      'The secret is in this answer and nowhere else. A key has no more permissions than who makes it, and can manage neither keys nor members.',
  })
  @ApiCreatedResponse({ type: MadeApiKeyDto })
  @ApiProblems({
    403: ['tenancy.key_scopes_exceed_own'],
    422: ['tenancy.key_scope_refused', 'tenancy.key_network_invalid', 'tenancy.key_expiry_past'],
  })
  create(@Body() body: CreateApiKeyDto): Promise<MadeApiKeyDto> {
    return this.keys.create(body);
  }

  @Get()
  @Permission('api-keys:read')
  @ApiOperation({
    operationId: 'listApiKeys',
    summary: 'List API keys',
    description: 'Newest first, those that are over too.',
  })
  @ApiOkResponse({ type: ApiKeyPageDto })
  async list(@Query() query: ListQueryDto): Promise<ApiKeyPageDto> {
    return page(await this.keys.list(query), query.limit);
  }

  @Get(':id')
  @Permission('api-keys:read')
  @ApiOperation({ operationId: 'getApiKey', summary: 'Get an API key' })
  @ApiOkResponse({ type: ApiKeyDto })
  @ApiProblems({ 404: ['api-key.not_found'] })
  get(@Param('id', ParseUUIDPipe) id: string): Promise<ApiKeyDto> {
    return this.keys.get(id);
  }

  @Post(':id/rotate')
  @Permission('api-keys:write')
  @Idempotent()
  @ApiOperation({
    operationId: 'rotateApiKey',
    summary: 'Replace an API key',
    description: 'Answers a new key that does the same. The old one is good for `graceSeconds` more.',
  })
  @ApiCreatedResponse({ type: MadeApiKeyDto })
  @ApiProblems({
    403: ['tenancy.key_scopes_exceed_own'],
    404: ['api-key.not_found'],
    409: ['tenancy.key_over'],
  })
  rotate(@Param('id', ParseUUIDPipe) id: string, @Body() body: RotateApiKeyDto): Promise<MadeApiKeyDto> {
    return this.keys.rotate(id, body.graceSeconds);
  }

  @Delete(':id')
  @HttpCode(204)
  @Permission('api-keys:write')
  @ApiOperation({
    operationId: 'revokeApiKey',
    summary: 'Revoke an API key',
    description: 'It is refused everywhere within a second, and stays in the list.',
  })
  @ApiNoContentResponse()
  @ApiProblems({ 404: ['api-key.not_found'] })
  revoke(@Param('id', ParseUUIDPipe) id: string): Promise<void> {
    return this.keys.revoke(id);
  }
}
