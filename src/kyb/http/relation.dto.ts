import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsUUID, Max, Min } from 'class-validator';
import { MayBeNull } from '#libs/http';

const RELATIONS = ['owner_of', 'director_of'] as const;

export class AddRelationDto {
  /** Who is owned or directed. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b42 */
  @IsUUID()
  toId: string;

  @ApiProperty({ enum: RELATIONS, enumName: 'RelationKind', example: 'owner_of' })
  @IsIn(RELATIONS)
  kind: (typeof RELATIONS)[number];

  /** Of an owner: 10,000 is all of it. */
  @ApiPropertyOptional({ type: 'integer', nullable: true, minimum: 1, maximum: 10_000, example: 2500 })
  @MayBeNull()
  @IsInt()
  @Min(1)
  @Max(10_000)
  shareBasisPoints?: number | null;
}

/** `fromId` owns or directs `toId`. */
export class RelationDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b43 */
  id: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41 */
  fromId: string;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b42 */
  toId: string;
  @ApiProperty({ enum: RELATIONS, enumName: 'RelationKind', example: 'owner_of' })
  kind: (typeof RELATIONS)[number];
  @ApiProperty({ type: 'integer', nullable: true, example: 2500 })
  shareBasisPoints: number | null;
  /** @example 2026-11-21T06:00:00.000Z */
  createdAt: Date;
}

export class RelationsDto {
  data: RelationDto[];
}
