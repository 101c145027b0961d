import {
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  type RawBodyRequest,
  Req,
} from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsInt, IsString, MaxLength, ValidateNested } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { Deprecated, Idempotent, IfMatch, ListQueryDto, Permission, Public, SignedIn } from '#libs/http';
import { currentContext, currentTenant, DomainError, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

class LineDto {
  @ApiProperty()
  @IsInt()
  count: number;
}

class ProbeDto {
  @IsString()
  @MaxLength(50)
  name: string;

  @ValidateNested({ each: true })
  @Type(() => LineDto)
  @ArrayMaxSize(3)
  lines: LineDto[] = [];
}

/** What tests set from outside. */
export const probe = {
  fail: null as Error | null,
  pause: null as Promise<void> | null,
};

export const PROBE_TABLE = `
  CREATE TABLE probe (tenant_id uuid NOT NULL, id uuid NOT NULL, name text NOT NULL, PRIMARY KEY (tenant_id, id));
  GRANT SELECT, INSERT ON probe TO frontdesk_app;`;

/** Routes that show what the HTTP layer does around a handler. */
@Controller('api/v1/probes')
export class ProbeController {
  constructor(private readonly uow: UnitOfWork) {}

  @Post()
  @Permission('bookings:write')
  @Idempotent()
  async create(@Body() { name }: ProbeDto): Promise<object> {
    const id = newId();
    await this.uow.run(async () => {
      await this.uow.execute('INSERT INTO probe (tenant_id, id, name) VALUES ($1, $2, $3)', [
        currentTenant(),
        id,
        name,
      ]);
    });
    await probe.pause;
    if (probe.fail) throw probe.fail;
    return { id, name, version: 1 };
  }

  @Post('empty')
  @HttpCode(204)
  @Permission('bookings:write')
  @Idempotent()
  empty(): void {
    return;
  }

  @Post(':name/notes')
  @Permission('bookings:write')
  @Idempotent()
  note(@Param('name') name: string, @Query() { limit }: ListQueryDto): object {
    return { name, limit };
  }

  @Get('context')
  @SignedIn()
  context(): object {
    const { tenantId, actor, traceId } = currentContext();
    return { tenantId, actorId: actor.id, kind: actor.kind, traceId };
  }

  @Get('prices')
  @Permission('services:write')
  prices(): object {
    return {};
  }

  @Get('list')
  @Public()
  list(@Query() { limit }: ListQueryDto): object {
    return { limit };
  }

  @Get('failure')
  @Public()
  failure(): never {
    throw (
      probe.fail ??
      new DomainError('conflict', 'probe.taken', 'Take another.', { facts: { alternatives: [1, 2] } })
    );
  }

  @Get('old')
  @SignedIn()
  @Deprecated({ since: '2026-01-01', sunset: '2027-01-01', successor: '/api/v2/probes' })
  old(): object {
    return { still: 'here' };
  }

  @Get('older')
  @Public()
  @Deprecated({ since: '2026-01-01' })
  older(): object {
    return { still: 'here' };
  }

  @Post('raw')
  @HttpCode(200)
  @Public()
  raw(@Req() request: RawBodyRequest<FastifyRequest>): object {
    return { raw: request.rawBody?.toString('utf8') };
  }

  @Get(':id')
  @Public()
  get(@Param('id') id: string): object {
    return { id, version: 3 };
  }

  @Put(':id')
  @Public()
  put(@Param('id') id: string, @IfMatch() version: number | undefined): object {
    return { id, expected: version ?? null };
  }
}
