import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Permission } from '#libs/http';
import { SourceDesk } from '../application/monitoring/source-desk.js';
import { RegistersDto } from './register.dto.js';

@ApiTags('KYB')
@Controller('api/v1/kyb/registers')
export class RegistersController {
  constructor(private readonly sources: SourceDesk) {}

  @Get()
  @Permission('kyb:read')
  @ApiOperation({
    operationId: 'listRegisters',
    summary: 'See the registers, when they answered last, and whether they are left alone',
    description: 'They are asked by the installation, for all businesses. Lists: `GET /api/v1/kyb/lists`.',
  })
  @ApiOkResponse({ type: RegistersDto })
  async all(): Promise<RegistersDto> {
    return { data: await this.sources.allRegisters() };
  }
}
