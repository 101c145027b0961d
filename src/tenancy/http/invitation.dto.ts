import { ApiProperty } from '@nestjs/swagger';
import { IsEmail, MaxLength } from 'class-validator';
import { ApiRoleId, RoleIdBody } from './role-id.js';

export class InviteDto {
  @ApiProperty({ type: 'string', format: 'email', maxLength: 320, example: 'ivan@salon-lumen.example' })
  @IsEmail({ require_tld: false })
  @MaxLength(320)
  email: string;

  @RoleIdBody()
  role: string;
}

export class InvitationDto {
  @ApiProperty({ type: 'string', format: 'uuid' })
  id: string;

  @ApiProperty({ type: 'string', format: 'email', example: 'ivan@salon-lumen.example' })
  email: string;

  @ApiRoleId()
  role: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  invitedBy: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  createdAt: Date;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'Until when the link is good.' })
  expiresAt: Date;
}

export class InvitationPageDto {
  @ApiProperty({ type: InvitationDto, isArray: true })
  data: InvitationDto[];

  @ApiProperty({ type: 'boolean' })
  hasMore: boolean;
}
