import { Query } from '@nestjs/cqrs';
import type { Availability } from '../../contracts/index.js';
import type { RangeEdge } from '../../domain/slot-range.js';
import type { LocalSlotView } from '../slots/slot-views.js';

export interface LocalAvailability extends Availability {
  /** The zone of `localStart`. */
  timeZone: string;
  slots: LocalSlotView[];
}

/**
 * Free slots for a person at a screen: the range may be given in local dates of the business, and each slot also says
 * what the clock shows in `timeZone` (that of the business when absent).
 * Errors: `calendar.service_not_found`, `calendar.staff_not_found`, `calendar.unknown_time_zone`, `calendar.invalid_range`,
 * `calendar.range_in_past`.
 */
export class BrowseAvailabilityQuery extends Query<LocalAvailability> {
  constructor(
    readonly criteria: {
      serviceId: string;
      from: RangeEdge;
      to: RangeEdge;
      staffId?: string;
      timeZone?: string;
      limit?: number;
    },
  ) {
    super();
  }
}
