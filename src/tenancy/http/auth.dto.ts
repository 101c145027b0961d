import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsEmail,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  MaxLength,
  MinLength,
} from 'class-validator';
import { IsPlainName, MayBeAbsent } from '#libs/http';
import { ProofDto, RECOVERY_CODE } from './proof.dto.js';

/** Of the shape of real ones; none was ever issued. */
const ACCESS_TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMTk4ZjJiNCJ9.b25seS1hbi1leGFtcGxl';
const REFRESH_TOKEN = 'an-example-of-a-refresh-token-of-43-letters';
const CHALLENGE_TOKEN = 'an-example-of-a-challenge-for-a-second-code';
const MAILED_TOKEN = 'an-example-of-a-token-in-the-link-of-a-mail';

export class LoginDto {
  @ApiProperty({ type: 'string', format: 'email', example: 'owner@demo-salon.example' })
  @IsEmail({ require_tld: false })
  @MaxLength(320)
  email: string;

  @ApiProperty({ type: 'string', format: 'password', minLength: 1, maxLength: 200 })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  password: string;

  @ApiPropertyOptional({
    type: 'string',
    format: 'uuid',
    description: 'Which business, for a person who has several.',
  })
  @IsOptional()
  @IsUUID()
  tenantId?: string;
}

export class RefreshDto {
  @ApiProperty({
    type: 'string',
    minLength: 1,
    maxLength: 200,
    description: 'Good for one use.',
    example: REFRESH_TOKEN,
  })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  refreshToken: string;
}

export class SessionTokensDto {
  @ApiProperty({
    type: 'string',
    description: 'For the Authorization header, after "Bearer ".',
    example: ACCESS_TOKEN,
  })
  accessToken: string;

  @ApiProperty({
    type: 'string',
    description: 'For POST /api/v1/auth/refresh, once.',
    example: REFRESH_TOKEN,
  })
  refreshToken: string;

  @ApiProperty({ type: 'integer', description: 'Life of the access token in seconds.', example: 900 })
  expiresIn: number;
}

export class MfaChallengeDto {
  @ApiProperty({
    type: 'string',
    description: 'For POST /api/v1/auth/mfa, from the same device.',
    example: CHALLENGE_TOKEN,
  })
  challengeToken: string;

  @ApiProperty({ type: 'integer', description: 'Life of the challenge in seconds.', example: 300 })
  expiresIn: number;
}

export class AnswerMfaDto extends ProofDto {
  @ApiProperty({ type: 'string', minLength: 1, maxLength: 200, example: CHALLENGE_TOKEN })
  @IsString()
  @Length(1, 200)
  challengeToken: string;
}

/** One of the two, never both. */
export const MFA_ANSWERS = {
  code: { summary: 'Of the app', value: { challengeToken: CHALLENGE_TOKEN, code: '123456' } },
  recoveryCode: {
    summary: 'In its place',
    value: { challengeToken: CHALLENGE_TOKEN, recoveryCode: RECOVERY_CODE },
  },
};

export class SignUpDto {
  @ApiProperty({ type: 'string', minLength: 1, maxLength: 200, example: 'Salon Lumen' })
  @Matches(/^\S(.*\S)?$/s, { message: 'businessName must not begin or end with a space' })
  @IsPlainName()
  @Length(1, 200)
  businessName: string;

  @ApiProperty({ type: 'string', minLength: 1, maxLength: 200, example: 'Olena' })
  @Matches(/^\S(.*\S)?$/s, { message: 'name must not begin or end with a space' })
  @IsPlainName()
  @Length(1, 200)
  name: string;

  @ApiProperty({ type: 'string', format: 'email', maxLength: 320, example: 'olena@salon-lumen.example' })
  @IsEmail({ require_tld: false })
  @MaxLength(320)
  email: string;

  @ApiProperty({
    type: 'string',
    format: 'password',
    minLength: 8,
    maxLength: 200,
    description: 'At least 8 characters, better 15; no other rules, but nothing that is easy to guess.',
    example: 'teapot orchard velvet',
  })
  @IsString()
  @MaxLength(200)
  password: string;

  @ApiProperty({ type: 'string', maxLength: 64, description: 'IANA name.', example: 'Europe/Kyiv' })
  @IsString()
  @Length(1, 64)
  timeZone: string;

  @ApiProperty({ type: 'string', pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2.', example: 'UA' })
  @Matches(/^[A-Z]{2}$/, { message: 'country must be an ISO 3166-1 code such as UA' })
  country: string;

  @ApiPropertyOptional({
    type: 'string',
    pattern: '^[A-Z]{3}$',
    description: 'ISO 4217; that of the country when absent.',
    example: 'UAH',
  })
  @MayBeAbsent()
  @Matches(/^[A-Z]{3}$/, { message: 'currency must be an ISO 4217 code such as UAH' })
  currency?: string;

  @ApiPropertyOptional({
    type: 'string',
    maxLength: 35,
    description: 'BCP 47; that of the country when absent.',
    example: 'uk',
  })
  @MayBeAbsent()
  @IsString()
  @Length(2, 35)
  language?: string;

  @ApiPropertyOptional({ type: 'string', maxLength: 100, example: 'LUMEN-7Q2F' })
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  referralCode?: string;
}

export class SignedUpDto extends SessionTokensDto {
  @ApiProperty({ type: 'string', format: 'uuid' })
  tenantId: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  personId: string;

  @ApiProperty({ type: 'string', description: 'Made of the name, unique.', example: 'salon-lumen' })
  slug: string;
}

export class MailedTokenDto {
  @ApiProperty({
    type: 'string',
    minLength: 1,
    maxLength: 200,
    description: 'Of the link in the mail. Good for one use.',
    example: MAILED_TOKEN,
  })
  @IsString()
  @Length(1, 200)
  token: string;
}

export class AskPasswordResetDto {
  @ApiProperty({ type: 'string', format: 'email', maxLength: 320, example: 'olena@salon-lumen.example' })
  @IsEmail({ require_tld: false })
  @MaxLength(320)
  email: string;
}

export class ResetPasswordDto extends MailedTokenDto {
  @ApiProperty({
    type: 'string',
    format: 'password',
    minLength: 8,
    maxLength: 200,
    example: 'teapot orchard velvet',
  })
  @IsString()
  @MaxLength(200)
  password: string;
}

export class AcceptInvitationDto extends ResetPasswordDto {
  @ApiProperty({ type: 'string', minLength: 1, maxLength: 200, example: 'Ivan' })
  @Matches(/^\S(.*\S)?$/s, { message: 'name must not begin or end with a space' })
  @IsPlainName()
  @Length(1, 200)
  name: string;
}

export class SwitchBusinessDto {
  @ApiProperty({ type: 'string', format: 'uuid', description: 'One of GET /api/v1/me/businesses.' })
  @IsUUID()
  tenantId: string;
}
