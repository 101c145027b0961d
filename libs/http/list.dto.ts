import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';

/** Query of a cursor list. Extend it with filters. */
export class ListQueryDto {
  /** How many rows to answer. */
  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 20, type: 'integer' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 20;

  /** The id of the last row of the page before. */
  @ApiPropertyOptional({ format: 'uuid', type: 'string' })
  @IsOptional()
  @IsUUID()
  startingAfter?: string;
}

export interface Page<T> {
  data: T[];
  /** Whether a further page exists; ask for it with `startingAfter` = the id of the last row. */
  hasMore: boolean;
}

/** Give it one row more than `limit` (`LIMIT limit + 1`): the surplus row becomes `hasMore`. */
export const page = <T>(rows: readonly T[], limit: number): Page<T> => ({
  data: rows.slice(0, limit),
  hasMore: rows.length > limit,
});
