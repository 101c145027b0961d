import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsString,
  Length,
  Matches,
} from 'class-validator';
import { MayBeAbsent } from '#libs/http';
import { DATA_SCOPES, type DataScopeName, PERMISSIONS, type PermissionName } from '#libs/security';

const NAMES = Object.keys(PERMISSIONS) as PermissionName[];

class RoleBody {
  /** @example Receptionist */
  @IsString()
  @Length(1, 60)
  @Matches(/^\S(.*\S)?$/, { message: '$property must not begin or end with a space' })
  name: string;

  /** What it is for. */
  @ApiPropertyOptional({ maxLength: 500, example: 'Answers customers of their own team, and books for it.' })
  @MayBeAbsent()
  @IsString()
  @Length(0, 500)
  description?: string;

  /** What it may do. One of the scope `team` or `mine` may have those only that listPermissions calls `scoped`. */
  @ApiProperty({
    isArray: true,
    enum: NAMES,
    enumName: 'Permission',
    minItems: 1,
    example: ['threads:read', 'threads:write', 'bookings:read'],
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsIn(NAMES, { each: true })
  permissions: PermissionName[];

  /**
   * Whose threads and bookings it shows: `all`; `team`: those of the member's teams and of the people in them; `mine`: those that are
   * assigned to the member, and those in the diary that is linked to them.
   */
  @ApiProperty({ enum: DATA_SCOPES, enumName: 'DataScope', example: 'team' })
  @IsIn(DATA_SCOPES)
  dataScope: DataScopeName;
}

export class CreateRoleDto extends RoleBody {}

/** What is left out stays as it is. */
export class UpdateRoleDto extends PartialType(RoleBody, { skipNullProperties: false }) {}

export class RoleDto {
  /** The name of a built-in role; the UUID of another. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  id: string;
  /** @example Receptionist */
  name: string;
  @ApiProperty({ example: 'Answers customers of their own team, and books for it.' })
  description: string;
  /** Every business has it, as it is. @example false */
  builtIn: boolean;
  @ApiProperty({
    isArray: true,
    enum: NAMES,
    enumName: 'Permission',
    example: ['threads:read', 'bookings:read'],
  })
  permissions: PermissionName[];
  @ApiProperty({ enum: DATA_SCOPES, enumName: 'DataScope', example: 'team' })
  dataScope: DataScopeName;
  /** How many members have it. @example 2 */
  members: number;
  /** 0 of a built-in role. @example 1 */
  version: number;
}

export class RoleListDto {
  data: RoleDto[];
}
