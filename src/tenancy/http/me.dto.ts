import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsEmail, IsString, Length, Matches, MaxLength } from 'class-validator';
import { IsPlainName, MayBeAbsent } from '#libs/http';
import { ProofDto, RECOVERY_CODE } from './proof.dto.js';
import { ApiRoleId } from './role-id.js';

const PASSWORD = 'correct horse battery staple';
const NEW_PASSWORD = 'teapot orchard velvet';
const NEW_EMAIL = 'olena@new.example';

export class UpdateMeDto {
  @ApiProperty({ type: 'string', minLength: 1, maxLength: 200, example: 'Olena' })
  @Matches(/^\S(.*\S)?$/s, { message: 'name must not begin or end with a space' })
  @IsPlainName()
  @Length(1, 200)
  name: string;
}

export class PasswordDto {
  @ApiProperty({ type: 'string', format: 'password', minLength: 1, maxLength: 200 })
  @IsString()
  @Length(1, 200)
  password: string;
}

export class MfaProofDto extends ProofDto {
  @ApiProperty({ type: 'string', format: 'password', minLength: 1, maxLength: 200 })
  @IsString()
  @Length(1, 200)
  password: string;
}

/** Bodies with one of the two, as there is never more. */
const proofs = (more: object) => ({
  code: { summary: 'With a code of the app', value: { ...more, code: '123456' } },
  recoveryCode: {
    summary: 'With a recovery code in its place',
    value: { ...more, recoveryCode: RECOVERY_CODE },
  },
});

const bodies = (more: object) => ({
  password: { summary: 'Without a second factor', value: more },
  ...proofs(more),
});

export const MFA_PROOFS = proofs({ password: PASSWORD });

export class ChangePasswordDto extends ProofDto {
  @ApiProperty({ type: 'string', format: 'password', minLength: 1, maxLength: 200 })
  @IsString()
  @Length(1, 200)
  currentPassword: string;

  @ApiProperty({
    type: 'string',
    format: 'password',
    minLength: 8,
    maxLength: 200,
    example: NEW_PASSWORD,
  })
  @IsString()
  @MaxLength(200)
  newPassword: string;
}

export const PASSWORD_CHANGES = bodies({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD });

export class AskEmailChangeDto extends MfaProofDto {
  @ApiProperty({ type: 'string', format: 'email', maxLength: 320, example: NEW_EMAIL })
  @IsEmail({ require_tld: false })
  @MaxLength(320)
  email: string;
}

export const EMAIL_CHANGES = bodies({ password: PASSWORD, email: NEW_EMAIL });

export class MfaStatusDto {
  @ApiProperty({ type: 'boolean' })
  enabled: boolean;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 10, example: 10 })
  recoveryCodesLeft: number;
}

export class MfaSecretDto {
  @ApiProperty({
    type: 'string',
    description: 'Base32, to type in.',
    example: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  })
  secret: string;

  @ApiProperty({
    type: 'string',
    description: 'To show as a QR code.',
    example: 'otpauth://totp/Frontdesk:olena',
  })
  otpauthUri: string;
}

export class MfaCodeDto {
  @ApiProperty({ type: 'string', pattern: '^[0-9]{6}$', example: '123456' })
  @Matches(/^\d{6}$/, { message: 'code must be six digits' })
  code: string;
}

export class RecoveryCodesDto {
  @ApiProperty({
    type: 'string',
    isArray: true,
    description: 'Shown this once; each is good once in place of a code.',
    example: ['x7k2-9m4q-p3ht-v8rw-2c5n-j6ds-a0fe'],
  })
  recoveryCodes: string[];
}

export class SessionDto {
  @ApiProperty({ type: 'string', format: 'uuid' })
  id: string;

  @ApiProperty({ type: 'boolean', description: 'Whether it is the one that asks.' })
  current: boolean;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'As the client calls itself.',
    example: 'Firefox on macOS',
  })
  device: string | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Where it was used last.',
    example: '203.0.113.7',
  })
  address: string | null;

  @ApiProperty({ type: 'boolean', description: 'Whether a second factor was shown.' })
  mfa: boolean;

  @ApiProperty({ type: 'string', format: 'date-time' })
  createdAt: Date;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When its tokens were last refreshed.' })
  lastUsedAt: Date;
}

export class SessionPageDto {
  @ApiProperty({ type: SessionDto, isArray: true })
  data: SessionDto[];

  @ApiProperty({ type: 'boolean' })
  hasMore: boolean;
}

export class EndedSessionsDto {
  @ApiProperty({ type: 'integer', minimum: 0, example: 2 })
  ended: number;
}

export class BusinessDto {
  @ApiProperty({ type: 'string', format: 'uuid' })
  tenantId: string;

  @ApiProperty({ type: 'string', example: 'salon-lumen' })
  slug: string;

  @ApiProperty({ type: 'string', example: 'Salon Lumen' })
  name: string;

  @ApiRoleId()
  role: string;

  @ApiProperty({ type: 'boolean', description: 'Whether it asks for a second factor.' })
  mfaRequired: boolean;

  @ApiProperty({ type: 'string', format: 'date-time' })
  joinedAt: Date;

  @ApiProperty({ type: 'boolean', description: 'Whether it is the one that this login is for.' })
  current: boolean;
}

export class BusinessListDto {
  @ApiProperty({ type: BusinessDto, isArray: true })
  data: BusinessDto[];
}

export class SecurityPolicyDto {
  @ApiProperty({
    type: 'boolean',
    description:
      'Whether every member must have a second factor. Where the installation asks for one, it is true whatever is set here.',
  })
  mfaRequired: boolean;

  @ApiProperty({ type: 'integer', example: 1 })
  version: number;
}

export class UpdateSecurityPolicyDto {
  @ApiPropertyOptional({ type: 'boolean' })
  @MayBeAbsent()
  @IsBoolean()
  mfaRequired?: boolean;
}
