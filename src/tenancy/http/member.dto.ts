import { ApiProperty } from '@nestjs/swagger';
import { ROLES } from '#libs/security';
import { ApiRoleId, RoleIdBody } from './role-id.js';

export class ChangeRoleDto {
  @RoleIdBody()
  role: string;
}

export class MemberDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  id: string;
  /** @example Olena */
  name: string;
  /** @example olena@salon-lumen.example */
  email: string;
  emailVerified: boolean;
  @ApiRoleId()
  role: string;
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
  /** The built-in roles that have it. */
  @ApiProperty({ isArray: true, enum: Object.keys(ROLES), enumName: 'Role', example: ['owner', 'agent'] })
  roles: string[];
  /** Whether a role of the scope `team` or `mine` may have it. @example true */
  scoped: boolean;
}

export class PermissionListDto {
  data: PermissionDto[];
}
