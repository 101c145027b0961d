import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsEmail,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { MayBeAbsent, MayBeNull } from '#libs/http';
import { IsName } from './validators.js';

const SECURITY = ['tls', 'starttls'] as const;
const Lower = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.trim().toLowerCase() : value,
  );

export class SmtpDto {
  /** @example smtp.salon.example */
  @Lower()
  @IsString()
  @Matches(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, {
    message: 'host must be a host name or an IPv4 address',
  })
  host: string;

  /** 25, 465, 587 or 2525. @example 587 */
  @IsInt()
  @Min(1)
  @Max(65_535)
  port: number;

  /** `tls` from the first byte (465), or `starttls` (587): nothing is sent in the clear. */
  @ApiProperty({ enum: SECURITY, enumName: 'SmtpSecurity' })
  @IsIn(SECURITY)
  security: (typeof SECURITY)[number];

  /** @example salon */
  @ApiPropertyOptional({ type: 'string', nullable: true })
  @MayBeNull()
  @IsString()
  @Length(1, 254)
  username?: string | null;
}

export class PutSmtpDto extends SmtpDto {
  /** Kept encrypted, never answered. Left out, the one that is there stays, for the same host and username. @example s3cret */
  @ApiPropertyOptional({ type: 'string', writeOnly: true })
  @MayBeAbsent()
  @IsString()
  @Length(1, 500)
  password?: string;
}

/** What is left out or null goes back to how it comes: the name of the business, the address and server of the installation. */
export class PutSenderDto {
  /** @example Salon Olena */
  @ApiPropertyOptional({ type: 'string', nullable: true })
  @MayBeNull()
  @IsName(80)
  fromName?: string | null;

  /** At a domain that you have verified, or below it. @example hello@salon.example */
  @ApiPropertyOptional({ type: 'string', format: 'email', nullable: true })
  @MayBeNull()
  @Lower()
  @IsEmail()
  @MaxLength(254)
  fromAddress?: string | null;

  /** Where answers go. @example olena@salon.example */
  @ApiPropertyOptional({ type: 'string', format: 'email', nullable: true })
  @MayBeNull()
  @Lower()
  @IsEmail()
  @MaxLength(254)
  replyTo?: string | null;

  /** A server of your own; used while `fromAddress` is. */
  @ApiPropertyOptional({ type: PutSmtpDto, nullable: true })
  @MayBeNull()
  @IsObject()
  @ValidateNested()
  @Type(() => PutSmtpDto)
  smtp?: PutSmtpDto | null;
}

export class SenderDto {
  @ApiProperty({ type: 'string', nullable: true, example: 'Salon Olena' })
  fromName: string | null;
  @ApiProperty({ type: 'string', nullable: true, example: 'hello@salon.example' })
  fromAddress: string | null;
  /** Whether mails carry it: not while its domain is not verified. */
  fromAddressInUse: boolean;
  @ApiProperty({ type: 'string', nullable: true, example: 'olena@salon.example' })
  replyTo: string | null;
  @ApiProperty({ type: SmtpDto, nullable: true })
  smtp: SmtpDto | null;
  /** Whether a password is kept. */
  hasPassword: boolean;
  /** 0 before anything was set. @example 1 */
  version: number;
}

export class TestSenderDto {
  /** @example olena@salon.example */
  @IsEmail()
  @MaxLength(254)
  to: string;
}

export class TestSenderResultDto {
  /** Whether the server took the message. */
  sent: boolean;
  @ApiProperty({
    enum: ['transient', 'rate-limited', 'auth-revoked', 'rejected', 'unknown-outcome'],
    enumName: 'ProviderFailure',
    nullable: true,
  })
  failure: 'transient' | 'rate-limited' | 'auth-revoked' | 'rejected' | 'unknown-outcome' | null;
  /** @example "The server took the message." */
  detail: string;
}
