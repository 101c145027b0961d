import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean } from 'class-validator';
import { ListQueryDto } from '#libs/http';

export class ListDeadLettersQueryDto extends ListQueryDto {
  /** Only those that were not replayed yet. */
  @ApiPropertyOptional({ type: 'boolean', default: true })
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  open: boolean = true;
}

/** A delivery that was given up. */
export class DeadLetterDto {
  /** @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10 */
  id: string;
  /** The event that could not be delivered. @example 0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b11 */
  eventId: string;
  /** @example conversations.message.queued.v1 */
  eventType: string;
  /** Who could not take it. @example channels.send-message */
  handler: string;
  /** Why the last try failed. @example "The provider did not answer within 10 seconds." */
  error: string;
  /** Tries made. @example 12 */
  attempts: number;
  createdAt: Date;
  /** When it was delivered again; null while it waits. */
  replayedAt: Date | null;
}

export class DeadLetterPageDto {
  data: DeadLetterDto[];
  hasMore: boolean;
}
