import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmail, IsOptional, IsString, IsUUID, MaxLength, MinLength } from 'class-validator';

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
  @ApiProperty({ type: 'string', minLength: 1, maxLength: 200, description: 'Good for one use.' })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  refreshToken: string;
}

export class SessionTokensDto {
  @ApiProperty({ type: 'string', description: 'For the Authorization header, after "Bearer ".' })
  accessToken: string;

  @ApiProperty({ type: 'string', description: 'For POST /api/v1/auth/refresh, once.' })
  refreshToken: string;

  @ApiProperty({ type: 'integer', description: 'Life of the access token in seconds.', example: 900 })
  expiresIn: number;
}
