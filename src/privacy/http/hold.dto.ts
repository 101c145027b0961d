import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsDate,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator';
import { MayBeAbsent } from '#libs/http';
import { ALL_DATA_CLASSES, type DataClass } from '#libs/privacy';
import { PrivacySubjectDto } from './request.dto.js';

export class PlaceLegalHoldDto {
  @ApiProperty({ type: PrivacySubjectDto, example: { phone: '+4915112345678' } })
  @IsObject()
  @ValidateNested()
  @Type(() => PrivacySubjectDto)
  subject: PrivacySubjectDto;

  /** Everything, when absent. */
  @ApiPropertyOptional({ isArray: true, enum: ALL_DATA_CLASSES, enumName: 'DataClass' })
  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsIn(ALL_DATA_CLASSES, { each: true })
  dataClasses?: DataClass[];

  /** @example "Litigation with the landlord" */
  @IsString()
  @Length(1, 500)
  @Matches(/\S/)
  reason: string;

  /** Who asks for it. @example "Landgericht Berlin, 12 O 34/26" */
  @IsString()
  @Length(1, 200)
  @Matches(/\S/)
  authority: string;

  /** Until it is lifted, when absent. @example 2028-01-31T00:00:00Z */
  @ApiPropertyOptional({ type: 'string', format: 'date-time' })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  until?: Date;
}

export class LiftLegalHoldDto {
  /** @example "Settled out of court" */
  @IsString()
  @Length(1, 500)
  @Matches(/\S/)
  reason: string;
}

export class LegalHoldDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b39 */
  id: string;
  /** The person, by keyed hash. @example 9f86d081884c7d659a2feaa0c55ad015 */
  subjectName: string;
  /** Null: everything. */
  @ApiProperty({ isArray: true, enum: ALL_DATA_CLASSES, enumName: 'DataClass', nullable: true })
  dataClasses: readonly string[] | null;
  /** @example "Litigation with the landlord" */
  reason: string;
  /** @example "Landgericht Berlin, 12 O 34/26" */
  authority: string;
  until: Date | null;
  placedAt: Date;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b12 */
  placedBy: string | null;
  liftedAt: Date | null;
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b12 */
  liftedBy: string | null;
  /** @example "Settled out of court" */
  liftReason: string | null;
  /** @example 1 */
  version: number;
}

export class LegalHoldPageDto {
  data: LegalHoldDto[];
  hasMore: boolean;
}

export class LiftedLegalHoldDto extends LegalHoldDto {
  /** Requests about the person that wait for a hold: resume them. @example ["0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b38"] */
  waitingRequestIds: string[];
}
