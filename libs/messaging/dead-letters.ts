import { Injectable } from '@nestjs/common';
import { currentTenant, DomainError, newId } from '#libs/kernel';
import { scrubText } from '#libs/observability';
import { UnitOfWork } from '#libs/persistence';
import type { DeliveryJob, OutboxRow } from './delivery-job.js';
import { HandlerRegistry } from './handler-registry.js';
import { DeliveryQueues } from './queues.js';

export interface DeadLetter {
  id: string;
  eventId: string;
  eventType: string;
  handler: string;
  /** Why the last try failed. */
  error: string;
  attempts: number;
  createdAt: Date;
  replayedAt: Date | null;
}

const COLUMNS = `id, event_id AS "eventId", event_type AS "eventType", handler, error, attempts,
  created_at AS "createdAt", replayed_at AS "replayedAt"`;

/** Deliveries that were given up: kept, listed, replayable. */
@Injectable()
export class DeadLetters {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queues: DeliveryQueues,
    private readonly registry: HandlerRegistry,
  ) {}

  async bury(job: DeliveryJob, error: Error, attempts: number): Promise<void> {
    await this.uow.run(() =>
      this.uow.execute(
        `INSERT INTO dead_letter (tenant_id, id, event_id, handler, event_type, error, attempts)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
        [
          job.tenantId,
          newId(),
          job.event.id,
          job.handler,
          job.event.type,
          scrubText(error.message).slice(0, 2000),
          attempts,
        ],
      ),
    );
  }

  /** Newest first, `limit` + 1 rows at most, so that the caller sees whether there are more. */
  list(options: { limit: number; startingAfter?: string; open: boolean }): Promise<DeadLetter[]> {
    return this.uow.run(() =>
      this.uow.query<DeadLetter>(
        `SELECT ${COLUMNS} FROM dead_letter
         WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2) AND (NOT $3 OR replayed_at IS NULL)
         ORDER BY id DESC LIMIT $4`,
        [currentTenant(), options.startingAfter ?? null, options.open, options.limit + 1],
      ),
    );
  }

  /** Delivers the event to its handler again; the dead letter stays as history. */
  async replay(id: string): Promise<DeadLetter> {
    const { letter, row } = await this.uow.run(async () => {
      const [updated] = await this.uow.query<DeadLetter>(
        `UPDATE dead_letter SET replayed_at = clock_timestamp()
         WHERE tenant_id = $1 AND id = $2 AND replayed_at IS NULL RETURNING ${COLUMNS}`,
        [currentTenant(), id],
      );
      if (!updated) throw await this.refusal(id);
      const [event] = await this.uow.query<OutboxRow>(
        'SELECT * FROM outbox_event WHERE tenant_id = $1 AND id = $2',
        [currentTenant(), updated.eventId],
      );
      return { letter: updated, row: event };
    });
    const handler = this.registry.find(letter.handler);
    // Without a handler of that name in this release the sweeper would not find one either: it stays listed as replayed.
    if (handler && row) await this.queues.add([{ row: { ...row, available_at: null }, handler }]);
    return letter;
  }

  private async refusal(id: string): Promise<DomainError> {
    const known = await this.uow.query('SELECT 1 FROM dead_letter WHERE tenant_id = $1 AND id = $2', [
      currentTenant(),
      id,
    ]);
    return known.length > 0
      ? new DomainError('conflict', 'messaging.dead_letter_replayed', 'This dead letter was replayed before.')
      : new DomainError(
          'not-found',
          'messaging.dead_letter_not_found',
          `There is no dead letter with id ${id}.`,
        );
  }
}
