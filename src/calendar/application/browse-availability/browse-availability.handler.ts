import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { DomainError } from '#libs/kernel';
import { toInstant } from '../../domain/local-date.js';
import { describeRefusal } from '../../domain/slot-refusal.js';
import { TimeZone } from '../../domain/time-zone.js';
import { SlotEngines } from '../slots/slot-engines.js';
import { localSlotViewsOf } from '../slots/slot-views.js';
import { BrowseAvailabilityQuery, type LocalAvailability } from './browse-availability.query.js';

@QueryHandler(BrowseAvailabilityQuery)
export class BrowseAvailabilityHandler implements IQueryHandler<BrowseAvailabilityQuery> {
  constructor(private readonly engines: SlotEngines) {}

  async execute({ criteria }: BrowseAvailabilityQuery): Promise<LocalAvailability> {
    const { from, to, limit, timeZone, ...request } = criteria;
    const asked = timeZone === undefined ? undefined : TimeZone.of(timeZone, 'timeZone');
    const { engine, range, service, settings, now } = await this.engines.between(from, to, request);
    if (toInstant(range.to) <= now) {
      throw DomainError.invalid(
        'calendar.range_in_past',
        'to',
        'This range has passed. Ask for one that ends in the future.',
      );
    }
    const zone = asked ?? TimeZone.of(settings.timeZone);
    const { slots, truncated } = engine.list(range.from, range.to, limit);
    return {
      timeZone: zone.name,
      slots: localSlotViewsOf(slots, service.durationMinutes, zone),
      truncated,
      reason: slots.length > 0 ? null : describeRefusal(engine.explain(range.from, range.to)),
    };
  }
}
