import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsEmail, IsObject, IsString, MaxLength, ValidateNested } from 'class-validator';
import { IsPhone, MayBeAbsent, MayBeNull } from '#libs/http';
import { IsBase64Of, IsHexColor, IsHttpsUrl, IsName } from './validators.js';

const CSS = '.header h1 { letter-spacing: 0.02em }';

export class BrandColorsDto {
  /** Buttons and the customer's own messages. @example #0b6a5b */
  @ApiPropertyOptional({ type: 'string', nullable: true, pattern: '^#[0-9a-fA-F]{6}$' })
  @MayBeNull()
  @IsHexColor()
  primary: string | null = null;

  /** Text on `primary`; black or white, as is easier to read, when null. @example #ffffff */
  @ApiPropertyOptional({ type: 'string', nullable: true, pattern: '^#[0-9a-fA-F]{6}$' })
  @MayBeNull()
  @IsHexColor()
  onPrimary: string | null = null;

  /** @example #ffffff */
  @ApiPropertyOptional({ type: 'string', nullable: true, pattern: '^#[0-9a-fA-F]{6}$' })
  @MayBeNull()
  @IsHexColor()
  background: string | null = null;

  /** @example #16201e */
  @ApiPropertyOptional({ type: 'string', nullable: true, pattern: '^#[0-9a-fA-F]{6}$' })
  @MayBeNull()
  @IsHexColor()
  text: string | null = null;
}

/** Where customers turn to beside the chat. */
export class SupportContactsDto {
  /** @example hello@salon.example */
  @ApiPropertyOptional({ type: 'string', format: 'email', nullable: true })
  @MayBeNull()
  @IsEmail()
  @MaxLength(254)
  email: string | null = null;

  /** E.164. @example +380501234567 */
  @ApiPropertyOptional({ type: 'string', nullable: true })
  @MayBeNull()
  @IsPhone()
  phone: string | null = null;

  /** @example https://salon.example/help */
  @ApiPropertyOptional({ type: 'string', format: 'uri', nullable: true })
  @MayBeNull()
  @IsHttpsUrl()
  url: string | null = null;
}

/** Everything but the pictures; what is left out or null goes back to how it comes. */
export class UpdateBrandingDto {
  /** The business's name for its customers; its registered name when null. @example Salon Olena */
  @ApiPropertyOptional({ type: 'string', nullable: true, minLength: 1, maxLength: 80 })
  @MayBeNull()
  @IsName(80)
  displayName?: string | null;

  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => BrandColorsDto)
  colors?: BrandColorsDto;

  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => SupportContactsDto)
  support?: SupportContactsDto;

  /** Leaves "Powered by Frontdesk" out. @example false */
  @MayBeAbsent()
  @IsBoolean()
  hidePoweredBy?: boolean;

  /** Styles of your own for the chat page. What is not allowed is taken out, and listed in `cssRemoved`. */
  @ApiPropertyOptional({ type: 'string', nullable: true, example: CSS })
  @MayBeNull()
  @IsString()
  @MaxLength(20_000)
  customCss?: string | null;
}

export class PutBrandImageDto {
  /** The file in base64: PNG, JPEG or WebP. A logo has at most 524,288 bytes and 2048 pixels a side, a favicon 65,536 and 512. */
  @ApiProperty({
    type: 'string',
    format: 'byte',
    example:
      'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAYAAAAf8/9hAAAAFklEQVR42mNgGAWjYBSMglEwCkYBCAAEEAABhT6v8gAAAABJRU5ErkJggg==',
  })
  @IsBase64Of(600_000)
  data: string;
}

export class BrandImageDto {
  /** Public; another picture has another one. @example /brand/0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.png */
  url: string;
  @ApiProperty({ enum: ['image/png', 'image/jpeg', 'image/webp'], enumName: 'BrandImageType' })
  contentType: 'image/png' | 'image/jpeg' | 'image/webp';
  /** Pixels. @example 256 */
  width: number;
  /** Pixels. @example 64 */
  height: number;
  /** @example 10240 */
  bytes: number;
}

export class BrandWarningDto {
  @ApiProperty({ enum: ['low_contrast'], enumName: 'BrandWarningCode' })
  code: 'low_contrast';
  /** @example /colors/onPrimary */
  pointer: string;
  /** @example "#ffffff on #777777 has a contrast of 4.48:1; text needs 4.5:1." */
  detail: string;
}

export class RemovedCssDto {
  /** @example position:fixed */
  what: string;
  /** @example "position may not have this value" */
  reason: string;
}

export class BrandingDto {
  /** @example Salon Olena */
  @ApiProperty({ type: 'string', nullable: true })
  displayName: string | null;
  colors: BrandColorsDto;
  support: SupportContactsDto;
  /** @example false */
  hidePoweredBy: boolean;
  /** What is served of it. */
  @ApiProperty({ example: CSS })
  customCss: string;
  @ApiProperty({ type: BrandImageDto, nullable: true })
  logo: BrandImageDto | null;
  @ApiProperty({ type: BrandImageDto, nullable: true })
  favicon: BrandImageDto | null;
  /** What is allowed and may be a mistake. */
  warnings: BrandWarningDto[];
  /** 0 before anything was set. @example 1 */
  version: number;
}

export class UpdatedBrandingDto extends BrandingDto {
  /** What of `customCss` was taken out, and why; at most 50. */
  cssRemoved: RemovedCssDto[];
}

export class PublicBrandingDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  tenantId: string;
  /** @example "Salon Olena" */
  displayName: string;
  colors: BrandColorsDto;
  /** @example /brand/0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.png */
  @ApiProperty({ type: 'string', nullable: true })
  logoUrl: string | null;
  /** @example /brand/0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10/2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae.png */
  @ApiProperty({ type: 'string', nullable: true })
  faviconUrl: string | null;
  /** @example /brand/0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10/style.css?v=3 */
  stylesheetUrl: string;
  support: SupportContactsDto;
  /** @example true */
  poweredBy: boolean;
}

export class PublicBrandingQueryDto {
  /** Public key of a web chat. Not needed on a domain of the business's own. @example demo-salon */
  @MayBeAbsent()
  @IsString()
  @MaxLength(64)
  channel?: string;
}
