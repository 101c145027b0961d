import { Command } from '@nestjs/cqrs';
import type { ServiceView } from '../../contracts/index.js';
import type { ServiceDraft } from '../../infrastructure/service.repository.js';

/**
 * Changes what is given. Bookings that are made keep the length and the price they were sold with.
 * Errors: `calendar.service_not_found`, `calendar.service_changed` (stale), `calendar.service_too_long` (invalid).
 */
export class UpdateServiceCommand extends Command<ServiceView> {
  constructor(
    readonly serviceId: string,
    readonly patch: Partial<ServiceDraft>,
    readonly expectedVersion?: number,
  ) {
    super();
  }
}
