import fc from 'fast-check';
import { IANAZone } from 'luxon';
import { parseLocalDate, weekdayOf } from './local-date.js';
import { type BookingRules, type ServiceShape, SlotEngine } from './slot-engine.js';
import type { StaffCalendar } from './staff-diary.js';
import { type WallInterval, WorkingHours } from './working-hours.js';

/** Places and dates where the clocks do something, and some where they do not. */
const OCCASIONS: [zone: string, date: string][] = [
  ['Europe/Kyiv', '2026-03-29'],
  ['Europe/Kyiv', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['America/St_Johns', '2010-11-07'],
  ['America/St_Johns', '2026-03-08'],
  ['Pacific/Apia', '2011-12-30'],
  ['Pacific/Chatham', '2026-09-27'],
  ['America/Havana', '2026-03-08'],
  ['America/Havana', '2026-11-01'],
  ['Asia/Beirut', '2026-10-25'],
  ['Africa/Cairo', '2026-04-24'],
  ['Africa/Casablanca', '2026-02-15'],
  ['America/Sao_Paulo', '2018-11-04'],
  ['Antarctica/Troll', '2026-03-29'],
  ['Antarctica/Troll', '2026-10-25'],
  ['Asia/Kathmandu', '2026-06-01'],
  ['Asia/Kolkata', '2026-12-31'],
  ['UTC', '2028-02-29'],
];
const DAY = 1440;

/** The wall clock of a zone, minute by minute, from luxon: slow, and nothing of it is shared with the engine. */
class MinuteTable {
  private static readonly made = new Map<string, MinuteTable>();
  private readonly first: number;
  private readonly walls: number[];

  static around(zone: string, date: string): MinuteTable {
    const key = `${zone} ${date}`;
    const table = this.made.get(key) ?? new MinuteTable(zone, parseLocalDate(date) ?? NaN);
    this.made.set(key, table);
    return table;
  }

  private constructor(zone: string, day: number) {
    const luxonZone = IANAZone.create(zone);
    this.first = (day - 5) * DAY;
    this.walls = Array.from({ length: 12 * DAY }, (_, i) => {
      const minute = this.first + i;
      return minute + luxonZone.offset(minute * 60_000);
    });
  }

  wall(minute: number): number {
    return this.walls[minute - this.first] ?? NaN;
  }

  /** The first minute at which the wall shows `local`; inside a gap, as long after it begins as `local` is. */
  instant(local: number): number {
    const shown = this.walls.indexOf(local);
    if (shown >= 0) return this.first + shown;
    const last = this.walls.findIndex((wall, i) => wall < local && (this.walls[i + 1] ?? NaN) > local);
    return this.first + last + (local - this.wall(this.first + last));
  }
}

interface Case {
  occasion: [string, string];
  rules: Omit<BookingRules, 'timeZone'>;
  service: ServiceShape;
  staff: StaffCalendar[];
  raw: {
    weekly: Map<number, WallInterval[]>;
    own: Map<number, WallInterval[]>;
    all: Map<number, WallInterval[]>;
  }[];
  nowOffset: number;
  from: number;
  to: number;
}

/** What the rules of README.md say, one minute at a time. */
class Oracle {
  private readonly table: MinuteTable;
  private readonly day: number;

  constructor(private readonly c: Case) {
    this.table = MinuteTable.around(...c.occasion);
    this.day = parseLocalDate(c.occasion[1]) ?? NaN;
  }

  get origin(): number {
    return this.day * DAY;
  }

  private hoursOn(member: number, day: number): WallInterval[] {
    const raw = this.c.raw[member];
    return raw?.own.get(day) ?? raw?.all.get(day) ?? raw?.weekly.get(weekdayOf(day)) ?? [];
  }

  member(index: number) {
    const open = new Set<number>();
    const grid = new Set<number>();
    for (let day = this.day - 3; day <= this.day + 4; day++) {
      const [dayStart, dayEnd] = [this.table.instant(day * DAY), this.table.instant((day + 1) * DAY)];
      for (const [a, b] of this.hoursOn(index, day)) {
        const end = this.table.instant(day * DAY + b);
        for (let t = this.table.instant(day * DAY + a); t < end; t++) {
          if (t < dayStart || t >= dayEnd) continue;
          open.add(t);
          if (Math.abs(this.table.wall(t) - (day * DAY + a)) % this.c.rules.slotStepMinutes === 0)
            grid.add(t);
        }
      }
    }
    const busy = new Set<number>();
    const ranges = this.c.staff[index]?.busy ?? [];
    for (let i = 0; i < ranges.length; i += 2)
      for (let t = ranges[i] ?? 0; t < (ranges[i + 1] ?? 0); t++) busy.add(t);
    return { open, grid, busy };
  }

  reason(
    { open, busy }: { open: Set<number>; busy: Set<number> },
    start: number,
    now: number,
  ): string | null {
    const { durationMinutes, bufferBeforeMinutes, bufferAfterMinutes } = this.c.service;
    if (start < now) return 'in_past';
    if (start < now + this.c.rules.minNoticeMinutes) return 'too_soon';
    const today = Math.floor(this.table.wall(now) / DAY);
    if (start >= this.table.instant((today + this.c.rules.horizonDays + 1) * DAY)) return 'beyond_horizon';
    for (let t = start; t < start + durationMinutes; t++) if (!open.has(t)) return 'outside_hours';
    const end = start + durationMinutes + bufferAfterMinutes;
    for (let t = start - bufferBeforeMinutes; t < end; t++) if (busy.has(t)) return 'slot_taken';
    return null;
  }

  load(index: number, start: number): number {
    const day = Math.floor(this.table.wall(start) / DAY);
    const [dayStart, dayEnd] = [this.table.instant(day * DAY), this.table.instant((day + 1) * DAY)];
    return (this.c.staff[index]?.busy ?? []).filter((t, i) => i % 2 === 0 && t >= dayStart && t < dayEnd)
      .length;
  }
}

const intervals = fc
  .uniqueArray(fc.integer({ min: 0, max: 96 }), { minLength: 0, maxLength: 6 })
  .chain((edges) => fc.tuple(fc.constant(edges), fc.boolean()))
  .map(([edges, touching]): WallInterval[] => {
    const sorted = [...edges].sort((a, b) => a - b).map((quarter) => quarter * 15);
    const found: WallInterval[] = [];
    for (let i = 0; i + 1 < sorted.length; i += touching ? 1 : 2)
      found.push([sorted[i] ?? 0, sorted[i + 1] ?? 0]);
    return found;
  });

const ranges = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 240 }), fc.integer({ min: 5, max: 300 })), { maxLength: 20 })
  .map((steps) => {
    let minute = -DAY;
    return steps.flatMap(([gap, length]) => [(minute += gap), (minute += length)]);
  });

const member = fc.record({
  weekly: fc.array(intervals, { minLength: 7, maxLength: 7 }),
  own: fc.option(intervals, { nil: undefined, freq: 4 }),
  all: fc.option(intervals, { nil: undefined, freq: 4 }),
  busy: ranges,
  name: fc.constantFrom('Ann', 'Bo', 'Cy'),
});

const cases: fc.Arbitrary<Case> = fc
  .record({
    occasion: fc.constantFrom(...OCCASIONS),
    rules: fc.record({
      minNoticeMinutes: fc.constantFrom(0, 60, 600),
      horizonDays: fc.integer({ min: 0, max: 3 }),
      slotStepMinutes: fc.constantFrom(5, 15, 30, 45, 60, 120),
    }),
    service: fc.record({
      active: fc.constant(true),
      durationMinutes: fc.integer({ min: 1, max: 36 }).map((n) => n * 5),
      bufferBeforeMinutes: fc.constantFrom(0, 0, 10, 45),
      bufferAfterMinutes: fc.constantFrom(0, 0, 15, 90),
    }),
    members: fc.array(member, { minLength: 1, maxLength: 3 }),
    nowOffset: fc.integer({ min: -2 * DAY, max: DAY }),
    from: fc.integer({ min: -DAY, max: DAY }),
    length: fc.integer({ min: 1, max: 2 * DAY }),
  })
  .map(({ members, length, ...rest }) => {
    const day = parseLocalDate(rest.occasion[1]) ?? NaN;
    const on = (value: WallInterval[] | undefined) => new Map(value ? [[day, value]] : []);
    const raw = members.map(({ weekly, own, all }) => ({
      weekly: new Map(weekly.map((value, i) => [i + 1, value])),
      own: on(own),
      all: on(all),
    }));
    const staff = members.map(({ name, busy }, i): StaffCalendar => ({
      staffId: `staff-${i}`,
      name,
      offersService: true,
      hours: new WorkingHours(raw[i]?.weekly ?? new Map(), raw[i]?.own, raw[i]?.all),
      busy: busy.map((minute) => day * DAY + minute),
    }));
    return { ...rest, staff, raw, to: rest.from + length };
  });

const engineOf = (c: Case, origin: number): SlotEngine =>
  new SlotEngine(
    { timeZone: c.occasion[0], ...c.rules },
    c.service,
    c.staff,
    new Date((origin + c.nowOffset) * 60_000),
  );

describe('the slot engine against an oracle that looks at every minute', () => {
  const runs = { numRuns: 400 };

  it('lists the starts the rules allow, and who can take them in fair order', () => {
    fc.assert(
      fc.property(cases, (c) => {
        const oracle = new Oracle(c);
        const now = oracle.origin + c.nowOffset;
        const members = c.staff.map((_, index) => oracle.member(index));
        const expected: [number, string[]][] = [];
        for (let t = oracle.origin + c.from; t < oracle.origin + c.to; t++) {
          const free = c.staff
            .map((calendar, index) => ({ calendar, index }))
            .filter(({ index }) => {
              const known = members[index];
              return known?.grid.has(t) && oracle.reason(known, t, now) === null;
            })
            .map(({ calendar, index }) => ({ ...calendar, load: oracle.load(index, t) }))
            .sort(
              (a, b) => a.load - b.load || (`${a.name} ${a.staffId}` < `${b.name} ${b.staffId}` ? -1 : 1),
            );
          if (free.length > 0) expected.push([t, free.map(({ staffId }) => staffId)]);
        }
        const { slots } = engineOf(c, oracle.origin).list(oracle.origin + c.from, oracle.origin + c.to);
        expect(slots.map(({ start, staff }) => [start, staff.map(({ staffId }) => staffId)])).toEqual(
          expected,
        );
      }),
      runs,
    );
  });

  it('refuses a write for the reason the rules give, at any minute', () => {
    fc.assert(
      fc.property(
        cases,
        fc.array(fc.integer({ min: 0, max: 2 * DAY }), { minLength: 40, maxLength: 40 }),
        (c, offsets) => {
          const oracle = new Oracle(c);
          const now = oracle.origin + c.nowOffset;
          const members = c.staff.map((_, index) => oracle.member(index));
          const engine = engineOf(c, oracle.origin);
          for (const offset of offsets) {
            const start = oracle.origin + c.from + (offset % (c.to - c.from));
            const reasons = members.map((known) => oracle.reason(known, start, now));
            const verdict = engine.check(start);
            const expected = reasons.includes(null)
              ? null
              : (reasons.find((reason) => reason === 'slot_taken') ?? reasons[0]);
            expect(verdict.free ? null : verdict.refusal).toBe(expected);
            if (verdict.free) {
              const free = verdict.staff.map(({ staffId }) => staffId).sort();
              expect(free).toEqual(
                c.staff.filter((_, i) => reasons[i] === null).map(({ staffId }) => staffId),
              );
            }
          }
        },
      ),
      runs,
    );
  });

  it('gives an empty list a reason that a write would get', () => {
    fc.assert(
      fc.property(cases, (c) => {
        const oracle = new Oracle(c);
        const [from, to] = [oracle.origin + c.from, oracle.origin + c.to];
        const engine = engineOf(c, oracle.origin);
        fc.pre(engine.list(from, to).slots.length === 0);
        const reasons = new Set<string>();
        for (let t = from; t < to; t += 1) {
          const verdict = engine.check(t);
          if (!verdict.free) reasons.add(verdict.refusal);
        }
        const reason = engine.explain(from, to);
        expect(reason === 'outside_hours' || reasons.has(reason)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
