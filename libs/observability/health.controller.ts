import { Controller, Get, Header, Headers, Res } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { SkipThrottle } from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import { Settings } from '#libs/config';
import { ApiProblems, Public } from '#libs/http';
import { DomainError } from '#libs/kernel';
import { sameSecret } from '#libs/security';
import { HealthChecks, type HealthReport } from './health-checks.js';
import { DependencyHealthDto, HealthReportDto, LivenessDto } from './health.dto.js';
import { Metrics } from './metrics.js';

@ApiTags('Operations')
@ApiExtraModels(DependencyHealthDto)
@SkipThrottle({ address: true })
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthChecks,
    private readonly metrics: Metrics,
    private readonly settings: Settings,
  ) {}

  @Get('live')
  @Public()
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'getLiveness', summary: 'Is the process alive?' })
  @ApiOkResponse({ type: LivenessDto })
  live(): LivenessDto {
    return { status: 'up' };
  }

  @Get('ready')
  @Public()
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'getReadiness', summary: 'Can the process take traffic?' })
  @ApiOkResponse({ type: HealthReportDto })
  @ApiServiceUnavailableResponse({
    type: HealthReportDto,
    description: 'Something it cannot do without is down.',
  })
  ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthReportDto> {
    return this.answer('ready', reply);
  }

  @Get('health')
  @Public()
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'getHealth', summary: 'How is each dependency?' })
  @ApiOkResponse({ type: HealthReportDto })
  @ApiServiceUnavailableResponse({ type: HealthReportDto, description: 'At least one dependency is down.' })
  all(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthReportDto> {
    return this.answer('all', reply);
  }

  @Get('metrics')
  @Public()
  @ApiOperation({
    operationId: 'getMetrics',
    summary: 'Metrics in the text format of Prometheus',
    description: 'Asks for `Authorization: Bearer <METRICS_TOKEN>` when that setting is there.',
  })
  @ApiProblems({ 401: ['observability.metrics_token_wrong'] })
  @ApiHeader({ name: 'authorization', required: false, example: 'Bearer of-the-metrics' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  async expose(
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('authorization') authorization?: string,
  ): Promise<string> {
    const { metricsToken } = this.settings.http;
    if (metricsToken !== null && !sameSecret(authorization ?? '', `Bearer ${metricsToken}`))
      throw new DomainError(
        'unauthenticated',
        'observability.metrics_token_wrong',
        'Send the METRICS_TOKEN of this installation as a bearer token.',
      );
    const { contentType, text } = await this.metrics.expose();
    reply.type(contentType);
    return text;
  }

  private async answer(only: 'ready' | 'all', reply: FastifyReply): Promise<HealthReport> {
    const report = await this.health.report(only);
    if (report.status === 'down') reply.status(503);
    return report;
  }
}
