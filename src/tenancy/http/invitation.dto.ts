import { ApiProperty } from '@nestjs/swagger';
import { IsEmail, IsIn, MaxLength } from 'class-validator';
import { ROLES, type Role } from '#libs/security';

export class InviteDto {
  @ApiProperty({ type: 'string', format: 'email', maxLength: 320, example: 'ivan@salon-lumen.example' })
  @IsEmail({ require_tld: false })
  @MaxLength(320)
  email: string;

  @ApiProperty({ type: 'string', enum: Object.keys(ROLES), enumName: 'Role' })
  @IsIn(Object.keys(ROLES))
  role: Role;
}

export class InvitationDto {
  @ApiProperty({ type: 'string', format: 'uuid' })
  id: string;

  @ApiProperty({ type: 'string', format: 'email', example: 'ivan@salon-lumen.example' })
  email: string;

  @ApiProperty({ type: 'string', enum: Object.keys(ROLES), enumName: 'Role' })
  role: Role;

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
