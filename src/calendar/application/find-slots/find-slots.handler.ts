import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type Availability, FindSlotsQuery } from '../../contracts/index.js';
import { describeRefusal } from '../../domain/slot-refusal.js';
import { SlotEngines } from '../slots/slot-engines.js';
import { slotViewsOf } from '../slots/slot-views.js';

@QueryHandler(FindSlotsQuery)
export class FindSlotsHandler implements IQueryHandler<FindSlotsQuery> {
  constructor(private readonly engines: SlotEngines) {}

  async execute({ criteria }: FindSlotsQuery): Promise<Availability> {
    const { from, to, limit, ...request } = criteria;
    const { engine, range, service, settings } = await this.engines.between(
      { instant: from },
      { instant: to },
      request,
    );
    const { slots, truncated } = engine.list(range.from, range.to, limit);
    return {
      timeZone: settings.timeZone,
      slots: slotViewsOf(slots, service.durationMinutes),
      truncated,
      reason: slots.length > 0 ? null : describeRefusal(engine.explain(range.from, range.to)),
    };
  }
}
