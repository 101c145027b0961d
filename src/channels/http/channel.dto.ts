import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, IsUUID, Length, Matches, ValidateIf } from 'class-validator';
import { MayBeAbsent, MayBeNull } from '#libs/http';

const CONNECTABLE = ['meta-whatsapp', 'webchat'] as const;
const wantsToken = (dto: CreateChannelDto): boolean =>
  dto.provider === 'meta-whatsapp' || dto.accessToken !== undefined;

export class CreateChannelDto {
  @ApiProperty({ enum: CONNECTABLE, enumName: 'ConnectableProvider' })
  @IsIn(CONNECTABLE)
  provider: (typeof CONNECTABLE)[number];

  /** What your team calls it. @example "Main number" */
  @IsString()
  @Length(1, 100)
  name: string;

  /** WhatsApp: the phone_number_id. Web chat: a public key of your choice for the page. @example 106540352242922 */
  @IsString()
  @Matches(/^[\w-]{3,64}$/, { message: 'account must be 3 to 64 letters, digits, "-" or "_"' })
  account: string;

  /** WhatsApp: the id of the business account (WABA), for account-wide events. @example "102290129340398" */
  @MayBeAbsent()
  @IsString()
  @Matches(/^[\w-]{3,64}$/)
  businessAccountId?: string;

  /** WhatsApp: the access token. Kept encrypted, never answered. @example EAAGm0PX4ZCps... */
  @ApiPropertyOptional({ writeOnly: true })
  @ValidateIf(wantsToken)
  @IsString()
  @Length(1, 1000)
  accessToken?: string;
}

export class UpdateChannelDto {
  /** @example "Main number" */
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  name?: string;

  /** `disabled` stops sending; what comes in is still stored. */
  @ApiPropertyOptional({ enum: ['active', 'disabled'], enumName: 'ChannelSwitch' })
  @MayBeAbsent()
  @IsIn(['active', 'disabled'])
  status?: 'active' | 'disabled';

  /** A new access token; a channel whose token was revoked becomes active again. @example EAAGm0PX4ZCps... */
  @ApiPropertyOptional({ writeOnly: true })
  @MayBeAbsent()
  @IsString()
  @Length(1, 1000)
  accessToken?: string;

  /** The team that its threads belong to from now on; null: none. Threads that are open stay whose they are. */
  @ApiPropertyOptional({
    type: 'string',
    format: 'uuid',
    nullable: true,
    example: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b11',
  })
  @MayBeNull()
  @IsUUID()
  teamId?: string | null;
}

export class ChannelDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b20 */
  id: string;
  @ApiProperty({ enum: ['meta-whatsapp', 'webchat', 'api'], enumName: 'ChannelProvider' })
  provider: 'meta-whatsapp' | 'webchat' | 'api';
  /** @example "Main number" */
  name: string;
  /** The provider's address of your side. @example 106540352242922 */
  account: string;
  /** The team that its threads belong to from the start. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b11 */
  teamId: string | null;
  /** `auth-revoked`: the provider refused the token; set a new one. */
  @ApiProperty({ enum: ['active', 'disabled', 'auth-revoked'], enumName: 'ChannelStatus' })
  status: 'active' | 'disabled' | 'auth-revoked';
  /** @example 1 */
  version: number;
}

export class ChannelPageDto {
  data: ChannelDto[];
  hasMore: boolean;
}
