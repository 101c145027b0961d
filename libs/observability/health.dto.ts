import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class LivenessDto {
  @ApiProperty({ type: 'string', enum: ['up'], enumName: 'LivenessStatus' })
  status: 'up';
}

export class DependencyHealthDto {
  @ApiProperty({ type: 'string', enum: ['up', 'down'], enumName: 'HealthStatus' })
  status: 'up' | 'down';

  @ApiProperty({ type: 'number', format: 'double', description: 'How long it took to answer.', example: 0.8 })
  latencyMs: number;

  @ApiPropertyOptional({ type: 'string', description: 'Why it is down.', example: 'ECONNREFUSED' })
  reason?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'number' }, { type: 'string' }] },
    description: 'What it says about itself, such as the depth of queues.',
    example: { waiting: 3 },
  })
  figures?: Record<string, number | string>;
}

export class HealthReportDto {
  @ApiProperty({ type: 'string', enum: ['up', 'down'], enumName: 'HealthStatus' })
  status: 'up' | 'down';

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/DependencyHealthDto' },
    description: 'By name: database, redis, queues, engines.',
    example: { database: { status: 'up', latencyMs: 0.8 } },
  })
  dependencies: Record<string, DependencyHealthDto>;
}
