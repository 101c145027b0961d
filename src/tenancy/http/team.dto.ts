import { ApiProperty, PartialType } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, IsString, IsUUID, Length, Matches } from 'class-validator';

class TeamBody {
  /** @example Reception */
  @IsString()
  @Length(1, 60)
  @Matches(/^\S(.*\S)?$/, { message: '$property must not begin or end with a space' })
  name: string;

  /** The people in it, who have access to the business. */
  @ApiProperty({
    type: 'string',
    format: 'uuid',
    isArray: true,
    maxItems: 500,
    example: ['0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10'],
  })
  @IsArray()
  @ArrayMaxSize(500)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  memberIds: string[];
}

export class CreateTeamDto extends TeamBody {}

/** What is left out stays as it is; `memberIds` replaces the whole list. */
export class UpdateTeamDto extends PartialType(TeamBody, { skipNullProperties: false }) {}

export class TeamDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b11 */
  id: string;
  /** @example Reception */
  name: string;
  /** @example ["0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10"] */
  memberIds: string[];
  /** @example 1 */
  version: number;
}

export class TeamPageDto {
  data: TeamDto[];
  /** Whether a further page exists. @example false */
  hasMore: boolean;
}
