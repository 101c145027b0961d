import { DateTime } from 'luxon';
import { tools, type Slot, type Step } from './tools.js';
import { minutesOf, type Turn } from './turn.js';
import type { When } from './when.js';

export type Found =
  | { readonly kind: 'exact'; readonly slot: Slot }
  /** `near`: around the wished time; `next`: the first ones after the wished days, which have none. */
  | { readonly kind: 'offer'; readonly slots: readonly Slot[]; readonly how: 'matching' | 'near' | 'next' }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly code: string };

export interface Wanted {
  readonly serviceId: string;
  readonly staffId: string | null;
  readonly when: When;
  /** The very first ones, not a choice over the day. */
  readonly soonest?: boolean;
  /** Later than what was shown: when the day has no more, the next days, not the same day's earlier hours. */
  readonly onward?: boolean;
  /** A start that was refused just now. */
  readonly except?: string;
}

const SHOWN = 5;
const AHEAD_DAYS = 14;
const MAX_SPAN_DAYS = 31;
const DAY_END = 24 * 60 - 1;
/** How long before a wished time an earlier one is still near to it. */
const NEAR_MINUTES = 240;
const FORMAT = "yyyy-MM-dd'T'HH:mm";

const spread = (slots: readonly Slot[], count = SHOWN): Slot[] => {
  if (slots.length <= count) return [...slots];
  const picked = Array.from(
    { length: count },
    (_, at) => slots[Math.round((at * (slots.length - 1)) / (count - 1))],
  );
  return picked.filter((slot): slot is Slot => slot !== undefined);
};

const atMinute = (day: DateTime, minutes: number): DateTime =>
  day.startOf('day').set({ hour: Math.floor(minutes / 60), minute: minutes % 60 });

/** The free starts in a range; null when the range is past or empty. */
function* free(
  turn: Turn,
  wanted: Wanted,
  from: DateTime,
  to: DateTime,
): Step<{ slots: Slot[]; truncated: boolean } | string> {
  const start = DateTime.max(from, turn.now.plus({ minutes: 1 }));
  const end = DateTime.min(to, start.plus({ days: MAX_SPAN_DAYS }));
  if (end < start) return { slots: [], truncated: false };
  const result = yield* tools.findSlots({
    serviceId: wanted.serviceId,
    from: start.toFormat(FORMAT),
    to: end.toFormat(FORMAT),
    ...(wanted.staffId && { staffId: wanted.staffId }),
  });
  if (!result.ok) return result.code;
  const now = turn.now.toFormat(FORMAT);
  const slots = result.value.slots.filter(({ local }) => local > now && local !== wanted.except);
  return { slots, truncated: result.value.truncated };
}

function* nextAfter(turn: Turn, wanted: Wanted, day: DateTime): Step<Found> {
  const from = DateTime.max(day.startOf('day'), turn.now);
  const found = yield* free(turn, wanted, from, from.plus({ days: AHEAD_DAYS }));
  if (typeof found === 'string') return { kind: 'failed', code: found };
  if (found.slots.length === 0) return { kind: 'none' };
  return {
    kind: 'offer',
    slots: wanted.soonest ? found.slots.slice(0, SHOWN) : spread(found.slots),
    how: 'next',
  };
}

function* exactly(turn: Turn, wanted: Wanted, day: DateTime, minutes: number): Step<Found> {
  const target = atMinute(day, minutes);
  const later = yield* free(turn, wanted, target, atMinute(day, DAY_END));
  if (typeof later === 'string') return { kind: 'failed', code: later };
  const wished = target.toFormat(FORMAT);
  const slot = later.slots.find(({ local }) => local === wished);
  if (slot) return { kind: 'exact', slot };
  const earlier = yield* free(
    turn,
    wanted,
    atMinute(day, Math.max(0, minutes - NEAR_MINUTES)),
    atMinute(day, Math.max(0, minutes - 1)),
  );
  const near = [...later.slots, ...(typeof earlier === 'string' ? [] : earlier.slots)]
    .sort((a, b) => Math.abs(minutesOf(a.local) - minutes) - Math.abs(minutesOf(b.local) - minutes))
    .slice(0, SHOWN)
    .sort((a, b) => a.local.localeCompare(b.local));
  if (near.length > 0) return { kind: 'offer', slots: near, how: 'near' };
  return yield* nextAfter(turn, wanted, day.plus({ days: 1 }));
}

function* oneDay(turn: Turn, wanted: Wanted, day: DateTime): Step<Found> {
  const { time } = wanted.when;
  if (time && 'at' in time) return yield* exactly(turn, wanted, day, time.at);
  const found = yield* free(turn, wanted, atMinute(day, time?.from ?? 0), atMinute(day, time?.to ?? DAY_END));
  if (typeof found === 'string') return { kind: 'failed', code: found };
  let { slots } = found;
  if (slots.length > 0) {
    const last = slots.at(-1);
    if (found.truncated && !wanted.soonest && last && minutesOf(last.local) < 16 * 60) {
      const rest = yield* free(
        turn,
        wanted,
        atMinute(day, minutesOf(last.local) + 60),
        atMinute(day, time?.to ?? DAY_END),
      );
      if (typeof rest !== 'string') slots = [...slots, ...rest.slots];
    }
    return { kind: 'offer', slots: wanted.soonest ? slots.slice(0, SHOWN) : spread(slots), how: 'matching' };
  }
  if (time && !wanted.onward) {
    const whole = yield* free(turn, wanted, day.startOf('day'), atMinute(day, DAY_END));
    if (typeof whole !== 'string' && whole.slots.length > 0) {
      const middle = (time.from + time.to) / 2;
      const near = [...whole.slots].sort(
        (a, b) => Math.abs(minutesOf(a.local) - middle) - Math.abs(minutesOf(b.local) - middle),
      );
      const slots = near.slice(0, SHOWN).sort((a, b) => a.local.localeCompare(b.local));
      return { kind: 'offer', slots, how: 'near' };
    }
  }
  return yield* nextAfter(turn, wanted, day.plus({ days: 1 }));
}

/** A time of day on any of several days: asked day by day, since the list of a whole range ends in its first morning. */
function* severalDays(turn: Turn, wanted: Wanted, first: DateTime, last: DateTime): Step<Found> {
  const { time } = wanted.when;
  if (!time) {
    const found = yield* free(turn, wanted, first, atMinute(last, DAY_END));
    if (typeof found === 'string') return { kind: 'failed', code: found };
    if (found.slots.length === 0) return yield* nextAfter(turn, wanted, last.plus({ days: 1 }));
    return {
      kind: 'offer',
      slots: wanted.soonest ? found.slots.slice(0, SHOWN) : spread(found.slots),
      how: 'matching',
    };
  }
  const window = 'at' in time ? { from: time.at, to: Math.min(time.at + 59, DAY_END) } : time;
  const collected: Slot[] = [];
  for (let ahead = 0, asked = 0; asked < 3 && collected.length < SHOWN; ahead += 1) {
    const day = first.plus({ days: ahead });
    if (day > last) break;
    if (atMinute(day, window.to) <= turn.now) continue;
    asked += 1;
    const found = yield* free(turn, wanted, atMinute(day, window.from), atMinute(day, window.to));
    if (typeof found === 'string') return { kind: 'failed', code: found };
    collected.push(...('at' in time ? found.slots.slice(0, 2) : spread(found.slots, 3)));
  }
  if (collected.length > 0) return { kind: 'offer', slots: collected.slice(0, SHOWN), how: 'matching' };
  return yield* nextAfter(turn, wanted, first);
}

/** Free starts for a wish, in as few calls as it takes: at most three to `find_slots`. */
export function* search(turn: Turn, wanted: Wanted): Step<Found> {
  const { now } = turn;
  const { days, time } = wanted.when;
  const today = now.startOf('day');
  const zone = { zone: now.zoneName ?? 'utc' };
  if (days) {
    const first = DateTime.max(DateTime.fromISO(days.from, zone), today);
    const last = DateTime.max(DateTime.fromISO(days.to, zone), first);
    if (first.hasSame(last, 'day')) return yield* oneDay(turn, wanted, first);
    return yield* severalDays(turn, wanted, first, last);
  }
  if (!time) return yield* nextAfter(turn, wanted, today);
  if (wanted.soonest) return yield* severalDays(turn, wanted, today, today.plus({ days: AHEAD_DAYS }));
  const latest = 'at' in time ? time.at : time.to - 30;
  const gone = atMinute(today, Math.max(0, latest)) <= now;
  return yield* oneDay(turn, wanted, gone ? today.plus({ days: 1 }) : today);
}
