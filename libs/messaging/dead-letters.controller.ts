import { Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReadsPersonalData } from '#libs/audit';
import { page, Permission } from '#libs/http';
import { DeadLetterDto, DeadLetterPageDto, ListDeadLettersQueryDto } from './dead-letter.dto.js';
import { DeadLetters } from './dead-letters.js';

@ApiTags('Operations')
@Controller('api/v1/dead-letters')
export class DeadLettersController {
  constructor(private readonly deadLetters: DeadLetters) {}

  @Get()
  @Permission('dead-letters:read')
  @ReadsPersonalData('dead-letter')
  @ApiOperation({
    operationId: 'listDeadLetters',
    summary: 'List deliveries that were given up',
    description:
      'Newest first. A message that a provider rejected is here, and is marked failed in its thread.',
  })
  @ApiOkResponse({ type: DeadLetterPageDto })
  async list(@Query() query: ListDeadLettersQueryDto): Promise<DeadLetterPageDto> {
    return page(await this.deadLetters.list(query), query.limit);
  }

  @Post(':id/replay')
  @HttpCode(200)
  @Permission('dead-letters:write')
  @ReadsPersonalData('dead-letter', { ownUnit: true })
  @ApiOperation({
    operationId: 'replayDeadLetter',
    summary: 'Deliver a dead letter again',
    description: 'Once per dead letter; should the delivery fail again, a new dead letter is kept.',
  })
  @ApiOkResponse({ type: DeadLetterDto })
  replay(@Param('id', ParseUUIDPipe) id: string): Promise<DeadLetterDto> {
    return this.deadLetters.replay(id);
  }
}
