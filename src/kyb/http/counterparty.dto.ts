import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { ListQueryDto, MayBeAbsent, MayBeNull } from '#libs/http';
import { ROLES_OF_COUNTERPARTY, SCHEDULES } from '../domain/counterparty.js';
import {
  GENDERS,
  IsCountry,
  IsGender,
  IsLei,
  IsPartialDate,
  IsVatNumber,
  SaysSomething,
  Trimmed,
} from './validators.js';

const KINDS = ['person', 'organisation'] as const;

export class CounterpartyAddressDto {
  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 300, example: 'Friedrichstraße 1' })
  @MayBeNull()
  @Trimmed()
  @IsString()
  @Length(1, 300)
  line?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 20, example: '10117' })
  @MayBeNull()
  @Trimmed()
  @IsString()
  @Length(1, 20)
  postalCode?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 100, example: 'Berlin' })
  @MayBeNull()
  @Trimmed()
  @IsString()
  @Length(1, 100)
  city?: string | null;

  /** ISO 3166-1 alpha-2. */
  @ApiPropertyOptional({ type: String, nullable: true, example: 'DE' })
  @MayBeNull()
  @IsCountry()
  country?: string | null;
}

/** How often a counterparty is checked by itself. */
export class MonitoringDto {
  @ApiProperty({ enum: SCHEDULES, enumName: 'MonitoringSchedule', example: 'weekly' })
  @IsIn(SCHEDULES)
  schedule: (typeof SCHEDULES)[number];

  /** With `custom` only. */
  @ApiPropertyOptional({ type: 'integer', nullable: true, minimum: 1, maximum: 366, example: null })
  @MayBeNull()
  @IsInt()
  @Min(1)
  @Max(366)
  everyDays?: number | null;
}

export class CreateCounterpartyDto {
  @ApiProperty({ enum: KINDS, enumName: 'CounterpartyKind', example: 'organisation' })
  @IsIn(KINDS)
  kind: (typeof KINDS)[number];

  /** The primary name first, then others it goes by. */
  @ApiProperty({
    type: [String],
    minItems: 1,
    maxItems: 20,
    items: { type: 'string', minLength: 1, maxLength: 300 },
    example: ['Beispiel Handels GmbH'],
  })
  @Trimmed()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @Length(1, 300, { each: true })
  @Matches(/[\p{L}\p{N}]/u, { each: true, message: 'each of names must have a letter or a digit' })
  names: string[];

  /** What it is to the business. */
  @ApiPropertyOptional({
    enum: ROLES_OF_COUNTERPARTY,
    enumName: 'CounterpartyRole',
    isArray: true,
    example: ['supplier'],
  })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(3)
  @ArrayUnique()
  @IsIn(ROLES_OF_COUNTERPARTY, { each: true })
  roles?: (typeof ROLES_OF_COUNTERPARTY)[number][];

  /** Its number in the business's own books; unique. */
  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 100, example: 'SUP-1042' })
  @MayBeNull()
  @Trimmed()
  @IsString()
  @Length(1, 100)
  reference?: string | null;

  /** ISO 3166-1 alpha-2: of registration, or nationality. */
  @ApiPropertyOptional({ type: String, nullable: true, example: 'DE' })
  @MayBeNull()
  @IsCountry()
  country?: string | null;

  /** With its prefix; Greece is EL. */
  @ApiPropertyOptional({ type: String, nullable: true, example: 'DE136695976' })
  @MayBeNull()
  @IsVatNumber()
  vatNumber?: string | null;

  /** ISO 17442. */
  @ApiPropertyOptional({ type: String, nullable: true, example: '529900T8BM49AURSDO55' })
  @MayBeNull()
  @IsLei()
  lei?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 60, example: 'HRB 12345 B' })
  @MayBeNull()
  @Trimmed()
  @IsString()
  @Length(1, 60)
  registerNumber?: string | null;

  /** The court or authority that keeps the register. */
  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 120, example: 'Berlin (Charlottenburg)' })
  @MayBeNull()
  @Trimmed()
  @IsString()
  @Length(1, 120)
  registerAuthority?: string | null;

  @ApiPropertyOptional({ type: CounterpartyAddressDto, nullable: true })
  @MayBeNull()
  @SaysSomething()
  @IsObject()
  @ValidateNested()
  @Type(() => CounterpartyAddressDto)
  address?: CounterpartyAddressDto | null;

  /** Persons only: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. */
  @ApiPropertyOptional({ type: String, nullable: true, example: null })
  @MayBeNull()
  @IsPartialDate()
  birthDate?: string | null;

  /** Persons only. */
  @ApiPropertyOptional({
    enum: GENDERS,
    enumName: 'CounterpartyGender',
    nullable: true,
    example: null,
  })
  @MayBeNull()
  @IsGender()
  gender?: (typeof GENDERS)[number] | null;

  /** The contact of the CRM that it is. */
  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true, example: null })
  @MayBeNull()
  @IsUUID()
  contactId?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 2000, example: 'Pallets, since 2019' })
  @MayBeNull()
  @Trimmed()
  @IsString()
  @Length(1, 2000)
  note?: string | null;

  /** Weekly when left out. */
  @ApiPropertyOptional({ type: MonitoringDto })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => MonitoringDto)
  monitoring?: MonitoringDto;
}

/** What is left out stays; null empties. */
export class UpdateCounterpartyDto extends PartialType(CreateCounterpartyDto, {
  skipNullProperties: false,
}) {}

export class CounterpartyDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b41 */
  id: string;
  @ApiProperty({ enum: KINDS, enumName: 'CounterpartyKind', example: 'organisation' })
  kind: (typeof KINDS)[number];
  /** @example ["Beispiel Handels GmbH"] */
  names: string[];
  @ApiProperty({
    enum: ROLES_OF_COUNTERPARTY,
    enumName: 'CounterpartyRole',
    isArray: true,
    example: ['supplier'],
  })
  roles: (typeof ROLES_OF_COUNTERPARTY)[number][];
  @ApiProperty({ type: String, nullable: true, example: 'SUP-1042' })
  reference: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'DE' })
  country: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'DE136695976' })
  vatNumber: string | null;
  @ApiProperty({ type: String, nullable: true, example: '529900T8BM49AURSDO55' })
  lei: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'HRB 12345 B' })
  registerNumber: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'Berlin (Charlottenburg)' })
  registerAuthority: string | null;
  @ApiProperty({ type: CounterpartyAddressDto, nullable: true })
  address: CounterpartyAddressDto | null;
  @ApiProperty({ type: String, nullable: true, example: null })
  birthDate: string | null;
  @ApiProperty({ enum: GENDERS, enumName: 'CounterpartyGender', nullable: true, example: null })
  gender: (typeof GENDERS)[number] | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null })
  contactId: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'Pallets, since 2019' })
  note: string | null;
  monitoring: MonitoringDto;
  /** When it is checked next; null: when somebody asks for it. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-28T06:00:00.000Z' })
  nextDueAt: Date | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  archivedAt: Date | null;
  /** @example 2026-11-21T06:00:00.000Z */
  createdAt: Date;
  /** @example 2026-11-21T06:00:00.000Z */
  updatedAt: Date;
  /** @example 1 */
  version: number;
}

export class CounterpartyPageDto {
  data: CounterpartyDto[];
  /** Whether a further page exists. @example false */
  hasMore: boolean;
}

/** By what may stand in an address; names and numbers are searched by `SearchCounterpartiesDto`. */
export class ListCounterpartiesQueryDto extends ListQueryDto {
  @ApiPropertyOptional({ enum: KINDS, enumName: 'CounterpartyKind', example: 'organisation' })
  @MayBeAbsent()
  @IsIn(KINDS)
  kind?: string;

  @ApiPropertyOptional({ enum: ROLES_OF_COUNTERPARTY, enumName: 'CounterpartyRole', example: 'supplier' })
  @MayBeAbsent()
  @IsIn(ROLES_OF_COUNTERPARTY)
  role?: string;

  /** @example DE */
  @MayBeAbsent()
  @IsCountry()
  country?: string;

  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  @MayBeAbsent()
  @IsUUID()
  contactId?: string;

  /** Archived ones instead of the others. @example false */
  @MayBeAbsent()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  archived?: boolean;
}
