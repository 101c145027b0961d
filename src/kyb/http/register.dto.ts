import { ApiProperty } from '@nestjs/swagger';
import { REGISTER_STATES } from '../application/monitoring/source-desk.js';
import { REGISTERS, type RegisterName } from '../domain/sources.js';

const BREAKERS = ['closed', 'open'] as const;

/** A register that is asked about one counterparty at a time: how it is, as all processes found it. */
export class RegisterDto {
  @ApiProperty({ enum: REGISTERS, enumName: 'RegisterName', example: 'vies' })
  register: RegisterName;
  /** Whether this installation asks it. @example true */
  enabled: boolean;
  /** `unknown`: never asked; `failing`: no answer when it was asked last; `dark`: for longer than it may. */
  @ApiProperty({ enum: REGISTER_STATES, enumName: 'RegisterState', example: 'up' })
  state: (typeof REGISTER_STATES)[number];
  /** `open`: it is left alone for a while after outages in a row. */
  @ApiProperty({ enum: BREAKERS, enumName: 'RegisterBreaker', example: 'closed' })
  breaker: (typeof BREAKERS)[number];
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  openSince: Date | null;
  /** The last answer about anybody's counterparty. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T06:00:00.000Z' })
  lastSuccessAt: Date | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  lastFailureAt: Date | null;
  /** Stable code. */
  @ApiProperty({ type: String, nullable: true, example: 'kyb.vies_unreachable' })
  lastFailureReason: string | null;
  /** Seconds since the last answer; null: there was none. */
  @ApiProperty({ type: 'integer', nullable: true, minimum: 0, example: 42 })
  ageSeconds: number | null;
}

export class RegistersDto {
  data: RegisterDto[];
}
