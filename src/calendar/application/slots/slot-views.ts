import type { SlotView } from '../../contracts/index.js';
import { MinuteFormatter } from '../../domain/local-date.js';
import type { Slot } from '../../domain/slot-engine.js';
import type { TimeZone } from '../../domain/time-zone.js';

export const slotViewsOf = (slots: readonly Slot[], durationMinutes: number): SlotView[] => {
  const starts = new MinuteFormatter();
  const ends = new MinuteFormatter();
  return slots.map(({ start, staff }) => ({
    startsAt: starts.iso(start),
    endsAt: ends.iso(start + durationMinutes),
    staffIds: staff.map(({ staffId }) => staffId),
  }));
};

export interface LocalSlotView extends SlotView {
  /** `YYYY-MM-DDTHH:mm` on the wall clock of the zone that was asked for. */
  localStart: string;
}

export const localSlotViewsOf = (
  slots: readonly Slot[],
  durationMinutes: number,
  zone: TimeZone,
): LocalSlotView[] => {
  const local = new MinuteFormatter();
  return slotViewsOf(slots, durationMinutes).map((view, index) => ({
    startsAt: view.startsAt,
    localStart: local.format(zone.toLocal(slots[index]?.start ?? Number.NaN)),
    endsAt: view.endsAt,
    staffIds: view.staffIds,
  }));
};
