import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { ROLES, type Role } from '#libs/security';

export class ChangeRoleDto {
  @ApiProperty({ type: 'string', enum: Object.keys(ROLES), enumName: 'Role', example: 'agent' })
  @IsIn(Object.keys(ROLES))
  role: Role;
}

export class MemberDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  id: string;
  /** @example Olena */
  name: string;
  /** @example olena@salon-lumen.example */
  email: string;
  emailVerified: boolean;
  @ApiProperty({ type: 'string', enum: Object.keys(ROLES), enumName: 'Role', example: 'agent' })
  role: Role;
  memberSince: Date;
}

export class MemberPageDto {
  data: MemberDto[];
  hasMore: boolean;
}

export class PermissionDto {
  /** @example bookings:read */
  name: string;
  @ApiProperty({ example: 'See bookings and who made them' })
  description: string;
  /** The roles that have it. */
  @ApiProperty({ isArray: true, enum: Object.keys(ROLES), enumName: 'Role', example: ['owner', 'agent'] })
  roles: string[];
}

export class PermissionListDto {
  data: PermissionDto[];
}
