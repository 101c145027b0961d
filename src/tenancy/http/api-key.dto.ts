import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsDate,
  IsIn,
  IsInt,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { MayBeAbsent } from '#libs/http';
import { PERMISSIONS, type PermissionName } from '#libs/security';

const NAMES = Object.keys(PERMISSIONS) as PermissionName[];
const GRACE_MAX = 7 * 86_400;

export class CreateApiKeyDto {
  /** @example Website */
  @IsString()
  @Length(1, 100)
  @Matches(/\S/)
  name: string;

  @ApiProperty({ isArray: true, enum: NAMES, enumName: 'Permission', example: ['bookings:read'] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsIn(NAMES, { each: true })
  scopes: PermissionName[];

  /** Addresses and networks from which it may be used; from anywhere when empty. */
  @ApiPropertyOptional({ type: [String], maxItems: 50, example: ['198.51.100.0/24', '2001:db8::/32'] })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @Length(1, 60, { each: true })
  allowedNetworks?: string[];

  @ApiPropertyOptional({ type: 'string', format: 'date-time', example: '2028-01-31T00:00:00Z' })
  @MayBeAbsent()
  @Type(() => Date)
  @IsDate()
  expiresAt?: Date;
}

export class RotateApiKeyDto {
  /** How long the old key is still good; 0 when it has leaked. @example 3600 */
  @IsInt()
  @Min(0)
  @Max(GRACE_MAX)
  graceSeconds: number;
}

export class ApiKeyDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  id: string;
  /** @example Website */
  name: string;
  /** What of the key is shown. @example fdk_…_Zk3v9Q */
  prefix: string;
  @ApiProperty({ isArray: true, enum: NAMES, enumName: 'Permission', example: ['bookings:read'] })
  scopes: PermissionName[];
  @ApiProperty({ type: [String], example: ['198.51.100.0/24'] })
  allowedNetworks: string[];
  /** @example 0195a3c0-0000-7000-8000-000000000001 */
  createdBy: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  /** The key that replaced it. @example 0195a3c0-0000-7000-8000-000000000001 */
  rotatedTo: string | null;
  /** Of a replaced key: until when it is still good. */
  goodUntil: Date | null;
  /** Written at most once a minute. */
  lastUsedAt: Date | null;
  /** @example 198.51.100.7 */
  lastUsedAddress: string | null;
}

export class MadeApiKeyDto extends ApiKeyDto {
  /** Shown this once: send it as `Authorization: Bearer fdk_...`. */
  @ApiProperty({ example: 'fdk_...' })
  secret: string;
}

export class ApiKeyPageDto {
  data: ApiKeyDto[];
  hasMore: boolean;
}
