import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsNumber, IsOptional, IsString, IsUUID, Length, Matches, Max, Min } from 'class-validator';
import { MayBeAbsent } from '#libs/http';

export class ProcessMessageDto {
  /** Your business: the tenant of the token. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  @IsUUID()
  salon_id: string;

  /** The customer, E.164 with or without "+". @example +380501234567 */
  @IsString()
  @Length(5, 32)
  phone_number: string;

  /** What the customer wrote. @example "Hi, can I book a manicure tomorrow at 15:00?" */
  @IsString()
  @Length(1, 4096)
  @Matches(/\S/, { message: 'message must contain something to read' })
  message: string;

  /** Yours: messages with the same one are one conversation. By phone number when absent. @example conv-42 */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  conversation_id?: string;
}

export class ProcessedMessageDto {
  /** The assistant's reply. @example "Tomorrow at 15:00 is free with Anna. Shall I book it?" */
  response: string;
  /** Prompt and completion tokens of all model calls. @example 512 */
  @ApiProperty({ type: 'integer' })
  tokens_used: number;
  /** In USD. @example 0.000184 */
  @ApiProperty({ type: 'number', format: 'double' })
  cost: number;
  /** @example 840 */
  @ApiProperty({ type: 'integer' })
  response_time_ms: number;
  /** @example gpt-4o-mini */
  model: string;
  /** Of the booking confirmed by this message. @example K7M2QX */
  booking_code?: string;
}

export class AiHealthDto {
  @ApiProperty({ enum: ['ok', 'degraded'], enumName: 'AiHealthStatus' })
  status: 'ok' | 'degraded';
  @ApiProperty({ enum: ['ai'], enumName: 'AiService' })
  service: 'ai';
  /** @example 2026-11-20T08:00:00.000Z */
  timestamp: string;
  /** `offline`: no model key is set; the rule-based model answers. */
  @ApiProperty({ enum: ['connected', 'offline', 'error'], enumName: 'ModelReachability' })
  openai: 'connected' | 'offline' | 'error';
}

export class AssistantDto {
  /** @example Assistant */
  name: string;
  /** null: the installation's default. @example gpt-4o-mini */
  model: string | null;
  @ApiProperty({ type: 'number', format: 'double', example: 0.3 })
  temperature: number | null;
  /** @example 500 */
  maxTokens: number | null;
  /** What you add to the assistant's instructions. @example "We do not take children under 12." */
  instructions: string;
  /** @example 1 */
  @ApiProperty({ type: 'integer' })
  version: number;
}

export class ConfigureAssistantDto {
  /** @example Assistant */
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  @Matches(/\S/, { message: 'name must contain something to read' })
  name?: string;

  /** A model of the configured server; null for the default. @example gpt-4o-mini */
  @ApiPropertyOptional({ type: 'string', nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  model?: string | null;

  @ApiPropertyOptional({ type: 'number', nullable: true, minimum: 0, maximum: 2 })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(2)
  @ApiPropertyOptional({ type: 'number', format: 'double', example: 0.3 })
  temperature?: number | null;

  @ApiPropertyOptional({ type: 'integer', nullable: true, minimum: 16, maximum: 32000, example: 500 })
  @IsOptional()
  @IsInt()
  @Min(16)
  @Max(32_000)
  maxTokens?: number | null;

  /** @example "We do not take children under 12." */
  @MayBeAbsent()
  @IsString()
  @Length(0, 8000)
  instructions?: string;
}
