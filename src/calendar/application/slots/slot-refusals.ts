import { Injectable } from '@nestjs/common';
import { DomainError } from '#libs/kernel';
import { type EpochMinute, isOnMinute, toEpochMinute } from '../../domain/local-date.js';
import { refusalError, type SlotRefusal } from '../../domain/slot-refusal.js';
import { type EngineRequest, SlotEngines } from './slot-engines.js';
import { slotViewsOf } from './slot-views.js';

const ALTERNATIVES = 5;
/** Where alternatives are looked for; a refusal is worth one wider read. */
const SEARCHED_DAYS = { before: 7, after: 14 };

/** Error: `calendar.off_minute` (invalid). A start may lie off the grid of the listed slots, but on a whole minute. */
export const startOf = (startsAt: Date): EpochMinute => {
  if (isOnMinute(startsAt)) return toEpochMinute(startsAt);
  throw DomainError.invalid(
    'calendar.off_minute',
    '/startsAt',
    'A booking starts on a whole minute. Leave out the seconds.',
  );
};

/** Turns the engine's refusal of a write into an error that offers the nearest free starts instead. */
@Injectable()
export class SlotRefusals {
  constructor(private readonly engines: SlotEngines) {}

  async refuse(refusal: SlotRefusal, start: EpochMinute, request: EngineRequest): Promise<DomainError> {
    const { engine, service, range } = await this.engines.around(start, request, SEARCHED_DAYS);
    const slots = engine.nearest(start, range.from, range.to, ALTERNATIVES);
    const { durationMinutes } = request.shape ?? service;
    return refusalError(refusal, { alternatives: slotViewsOf(slots, durationMinutes) });
  }
}
