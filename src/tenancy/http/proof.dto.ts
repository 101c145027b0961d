import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, Length, Matches } from 'class-validator';
import { MayBeAbsent } from '#libs/http';

export const RECOVERY_CODE = 'x7k2-9m4q-p3ht-v8rw-2c5n-j6ds-a0fe';

/** What who has a second factor shows of it: one of the two, never both. */
export class ProofDto {
  @ApiPropertyOptional({
    type: 'string',
    pattern: '^[0-9]{6}$',
    description: 'Of the authenticator app; this or `recoveryCode` is required of who has a second factor.',
    example: '123456',
  })
  @MayBeAbsent()
  @Matches(/^\d{6}$/, { message: 'code must be six digits' })
  code?: string;

  @ApiPropertyOptional({
    type: 'string',
    maxLength: 40,
    description: 'In place of a code, once.',
    example: RECOVERY_CODE,
  })
  @MayBeAbsent()
  @IsString()
  @Length(1, 40)
  recoveryCode?: string;
}
