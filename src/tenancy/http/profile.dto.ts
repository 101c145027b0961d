import { ApiProperty } from '@nestjs/swagger';
import { DATA_SCOPES, type DataScopeName, PERMISSIONS } from '#libs/security';
import { ApiRoleId } from './role-id.js';

export class TenantDto {
  @ApiProperty({ type: 'string', format: 'uuid' })
  id: string;

  @ApiProperty({ type: 'string', example: 'demo-salon' })
  slug: string;

  @ApiProperty({ type: 'string', example: 'Demo Salon' })
  name: string;

  @ApiProperty({ type: 'string', description: 'IANA name.', example: 'Europe/Kyiv' })
  timeZone: string;

  @ApiProperty({ type: 'string', description: 'ISO 3166-1 alpha-2.', example: 'UA' })
  country: string;

  @ApiProperty({ type: 'string', description: 'ISO 4217.', example: 'UAH' })
  currency: string;

  @ApiProperty({ type: 'string', description: 'BCP 47.', example: 'uk' })
  language: string;
}

export class ProfileDto {
  @ApiProperty({ type: 'string', format: 'uuid' })
  id: string;

  @ApiProperty({ type: 'string', format: 'email', example: 'owner@demo-salon.example' })
  email: string;

  @ApiProperty({ type: 'string', example: 'Olena' })
  name: string;

  @ApiProperty({
    type: 'boolean',
    description: 'Whether somebody has opened the link mailed to this address.',
  })
  emailVerified: boolean;

  @ApiRoleId()
  role: string;

  @ApiProperty({
    type: 'string',
    isArray: true,
    enum: Object.keys(PERMISSIONS),
    enumName: 'PermissionName',
    description: 'What the role grants. New permissions may be added.',
  })
  permissions: string[];

  @ApiProperty({
    enum: DATA_SCOPES,
    enumName: 'DataScope',
    description: 'Whose threads and bookings you see.',
    example: 'all',
  })
  dataScope: DataScopeName;

  @ApiProperty({ type: TenantDto })
  tenant: TenantDto;
}
