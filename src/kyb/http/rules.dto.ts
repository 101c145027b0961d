import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { MayBeAbsent } from '#libs/http';
import { CHANGE_KINDS, type ChangeKind } from '../domain/changes.js';
import { DEFAULT_RULES, SEVERITIES, STOPS } from '../domain/rules.js';
import { AreCountries } from './validators.js';

/** What a business holds of one kind of change. */
export class RuleDto {
  /** Whether somebody has to decide it. @example true */
  @IsBoolean()
  alert: boolean;

  @ApiProperty({ enum: SEVERITIES, enumName: 'AlertSeverity', example: 'high' })
  @IsIn(SEVERITIES)
  severity: (typeof SEVERITIES)[number];

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 8760, example: 24 })
  @IsInt()
  @Min(1)
  @Max(8_760)
  decideWithinHours: number;

  /** What a confirmed alert stops for the counterparty. */
  @ApiProperty({ enum: STOPS, enumName: 'RuleStop', isArray: true, example: ['invoicing'] })
  @IsArray()
  @ArrayMaxSize(STOPS.length)
  @ArrayUnique()
  @IsIn(STOPS, { each: true })
  stops: (typeof STOPS)[number][];
}

const ofKind =
  (kind: ChangeKind): PropertyDecorator =>
  (target, name) => {
    ApiPropertyOptional({ type: RuleDto, example: DEFAULT_RULES[kind] })(target, name);
    MayBeAbsent()(target, name);
    IsObject()(target, name as string);
    ValidateNested()(target, name as string);
    Type(() => RuleDto)(target, name);
  };

/** By kind of change; what is left out stays. */
export class PutRulesDto {
  declare new_hit?: RuleDto;
  declare changed_hit?: RuleDto;
  declare removed_hit?: RuleDto;
  declare insolvency?: RuleDto;
  declare vat_state?: RuleDto;
  declare lei_state?: RuleDto;
  declare status?: RuleDto;
  declare ownership?: RuleDto;
  declare name?: RuleDto;
  declare address?: RuleDto;
  declare other?: RuleDto;
}
for (const kind of CHANGE_KINDS) ofKind(kind)(PutRulesDto.prototype, kind);

export class RulesDto {
  /** By kind of change. */
  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/RuleDto' },
    example: DEFAULT_RULES,
  })
  rules: Record<string, RuleDto>;
  /** @example 1 */
  version: number;
}

const weight =
  (example: number): PropertyDecorator =>
  (target, name) => {
    ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 100, example })(target, name);
    MayBeAbsent()(target, name);
    IsInt()(target, name as string);
    Min(0)(target, name as string);
    Max(100)(target, name as string);
  };

/** Points of each factor; what is left out stays. */
export class RiskWeightsDto {
  @weight(60)
  strongHit?: number;
  @weight(35)
  otherHit?: number;
  /** A hit that two people have confirmed. */
  @weight(100)
  confirmedHit?: number;
  @weight(25)
  vatInvalid?: number;
  @weight(10)
  leiStale?: number;
  @weight(25)
  leiFailed?: number;
  @weight(40)
  insolvencyNotice?: number;
  @weight(30)
  neverScreened?: number;
  /** Last screened more than 30 days ago. */
  @weight(10)
  staleData?: number;
  /** Of a country of `countries`. */
  @weight(20)
  country?: number;

  /** ISO 3166-1 alpha-2 of the countries that the business holds risky. */
  @ApiPropertyOptional({ type: [String], maxItems: 250, example: ['KP'] })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(250)
  @ArrayUnique()
  @AreCountries()
  countries?: string[];
}

export class OwnRiskWeightsDto {
  @ApiProperty({ type: RiskWeightsDto })
  weights: RiskWeightsDto;
  /** @example 1 */
  version: number;
}

export class RiskFactorDto {
  /** Member of the weights, or `cap`. @example strongHit */
  factor: string;
  /** @example 60 */
  points: number;
  @ApiProperty({ type: String, nullable: true, example: 'eu:EU.27.28' })
  cause: string | null;
}

export class RiskDto {
  /** 0 to 100: the sum of its factors. @example 60 */
  score: number;
  factors: RiskFactorDto[];
  /** The check that changed it. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null })
  checkId: string | null;
  /** @example 2026-11-21T06:00:00.000Z */
  computedAt: Date;
}

export class RiskHistoryRowDto extends RiskDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b4b */
  id: string;
}

export class RiskHistoryPageDto {
  data: RiskHistoryRowDto[];
  /** Whether a further page exists. @example false */
  hasMore: boolean;
}
