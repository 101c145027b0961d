import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import type { CalendarSettings } from '../../domain/calendar-settings.js';
import { serviceNotFound, staffNotFound } from '../../domain/calendar-errors.js';
import type { EpochMinute } from '../../domain/local-date.js';
import { type ServiceShape, SlotEngine } from '../../domain/slot-engine.js';
import { rangeOf, type RangeEdge, type SlotRange } from '../../domain/slot-range.js';
import { TimeZone } from '../../domain/time-zone.js';
import { CurrentSettings } from '../current-settings.js';
import {
  type BookableService,
  type Ignored,
  SlotReader,
} from '../../infrastructure/slot-reader.repository.js';

export interface EngineRequest {
  readonly serviceId: string;
  readonly staffId?: string;
  /** What is sold, when it is not what the service is today: a booking that is moved. */
  readonly shape?: ServiceShape;
  readonly ignoring?: Ignored;
}

export interface LoadedEngine {
  readonly engine: SlotEngine;
  readonly service: BookableService;
  readonly settings: CalendarSettings;
  readonly range: SlotRange;
  readonly now: Date;
  readonly staleHoldIds: readonly string[];
}

/** Makes the slot engine of a service from what is stored, for reads and writes alike. */
@Injectable()
export class SlotEngines {
  constructor(
    private readonly reader: SlotReader,
    private readonly settings: CurrentSettings,
    private readonly clock: Clock,
  ) {}

  /** For the starts of a range. Errors: `calendar.service_not_found`, `calendar.staff_not_found`, `calendar.invalid_range`. */
  between(from: RangeEdge, to: RangeEdge, request: EngineRequest): Promise<LoadedEngine> {
    return this.load(request, (settings) => rangeOf(TimeZone.of(settings.timeZone), from, to));
  }

  /** For one start and `days` to either side. Errors: `calendar.service_not_found`, `calendar.staff_not_found`. */
  around(
    start: EpochMinute,
    request: EngineRequest,
    days: { before: number; after: number },
  ): Promise<LoadedEngine> {
    return this.load(request, () => ({
      from: start - days.before * 1440,
      to: start + 1 + days.after * 1440,
    }));
  }

  private async load(
    request: EngineRequest,
    rangeIn: (settings: CalendarSettings) => SlotRange,
  ): Promise<LoadedEngine> {
    const { serviceId, staffId, shape, ignoring } = request;
    const found = await this.reader.service(serviceId);
    if (!found) throw serviceNotFound(serviceId);
    const { service } = found;
    const settings = found.settings ?? (await this.settings.get());
    const range = rangeIn(settings);
    const now = this.clock.now();
    const { staff, staleHoldIds } = await this.reader.staff(serviceId, staffId, range, now, ignoring);
    if (staffId !== undefined && staff.length === 0) throw staffNotFound(staffId);
    return {
      engine: new SlotEngine(settings, shape ?? service, staff, now),
      service,
      settings,
      range,
      now,
      staleHoldIds,
    };
  }
}
