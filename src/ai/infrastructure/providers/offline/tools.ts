/** A call that the policy wants made; the driver answers it from the transcript or sends it to the loop. */
export interface ToolRequest {
  readonly name: string;
  readonly args: Readonly<Record<string, string>>;
}

export interface ToolFailure {
  readonly ok: false;
  /** `offline.malformed` when the result could not be read. */
  readonly code: string;
  readonly alternatives: readonly Slot[];
}

export type ToolOutcome = { readonly ok: true; readonly value: Record<string, unknown> } | ToolFailure;
export type Result<T> = { readonly ok: true; readonly value: T } | ToolFailure;

/** A part of a turn: it asks tools on its way, and can be run again over recorded answers. */
export type Step<T> = Generator<ToolRequest, T, ToolOutcome>;

export interface Service {
  readonly id: string;
  readonly name: string;
  readonly durationMinutes: number | null;
  readonly priceText: string | null;
}

export interface Staff {
  readonly id: string;
  readonly name: string;
  readonly serviceIds: readonly string[];
}

export interface Slot {
  /** `YYYY-MM-DDTHH:mm`, wall-clock time of the business. */
  readonly local: string;
  readonly staffIds: readonly string[];
  readonly staffNames: readonly string[];
}

export interface Hold {
  readonly holdId: string;
  readonly serviceName: string;
  readonly staffName: string;
  readonly local: string;
  readonly priceText: string;
}

export interface Booking {
  readonly bookingId: string;
  readonly code: string;
  readonly serviceName: string;
  readonly staffName: string;
  readonly local: string;
  readonly priceText: string;
}

export interface ListedBooking {
  readonly bookingId: string;
  readonly code: string;
  readonly status: string;
  readonly serviceId: string;
  readonly serviceName: string;
  readonly staffName: string;
  readonly local: string;
}

export interface Interval {
  readonly from: string;
  readonly to: string;
}

export interface Hours {
  readonly days: readonly { readonly weekday: number; readonly intervals: readonly Interval[] }[];
  readonly exceptions: readonly { readonly date: string; readonly intervals: readonly Interval[] }[];
}

const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/u;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
const local = (value: unknown): string => (LOCAL.test(text(value)) ? text(value).slice(0, 16) : '');

const slots = (value: unknown): Slot[] =>
  list(value)
    .map((slot) => ({
      local: local(slot['local']),
      staffIds: texts(slot['staffIds']),
      staffNames: texts(slot['staffNames']),
    }))
    .filter((slot) => slot.local !== '');

const intervals = (value: unknown): Interval[] =>
  list(value).map((interval) => ({ from: text(interval['from']), to: text(interval['to']) }));

const malformed: ToolFailure = { ok: false, code: 'offline.malformed', alternatives: [] };

/** Reads the text of a tool result, whatever it holds. */
export const readOutcome = (content: string | undefined): ToolOutcome => {
  if (content === undefined) return malformed;
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return malformed;
  }
  if (!isRecord(value)) return malformed;
  if (!('error' in value)) return { ok: true, value };
  const error = isRecord(value['error']) ? value['error'] : {};
  return {
    ok: false,
    code: text(error['code']) || malformed.code,
    alternatives: slots(error['alternatives'] ?? value['alternatives']),
  };
};

function* ask<T>(
  name: string,
  args: Record<string, string | undefined>,
  read: (value: Record<string, unknown>) => T | null,
): Step<Result<T>> {
  const given = Object.entries(args).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const outcome = yield { name, args: Object.fromEntries(given) };
  if (!outcome.ok) return outcome;
  const value = read(outcome.value);
  return value === null ? malformed : { ok: true, value };
}

const readBooking = (value: Record<string, unknown>): Booking | null => {
  const booking = {
    bookingId: text(value['bookingId']),
    code: text(value['code']),
    serviceName: text(value['serviceName']),
    staffName: text(value['staffName']),
    local: local(value['local']),
    priceText: text(value['priceText']),
  };
  return booking.bookingId && booking.code && booking.local ? booking : null;
};

export const tools = {
  listServices: (): Step<Result<Service[]>> =>
    ask('list_services', {}, (value) =>
      Array.isArray(value['services'])
        ? list(value['services'])
            .map((service) => ({
              id: text(service['id']),
              name: text(service['name']),
              durationMinutes:
                typeof service['durationMinutes'] === 'number' ? service['durationMinutes'] : null,
              priceText: text(service['priceText']) || null,
            }))
            .filter((service) => service.id && service.name)
        : null,
    ),

  listStaff: (serviceId?: string): Step<Result<Staff[]>> =>
    ask('list_staff', { serviceId }, (value) =>
      Array.isArray(value['staff'])
        ? list(value['staff'])
            .map((one) => ({
              id: text(one['id']),
              name: text(one['name']),
              serviceIds: texts(one['serviceIds']),
            }))
            .filter((one) => one.id && one.name)
        : null,
    ),

  openingHours: (): Step<Result<Hours>> =>
    ask('opening_hours', {}, (value) =>
      Array.isArray(value['days'])
        ? {
            days: list(value['days']).map((day) => ({
              weekday: typeof day['weekday'] === 'number' ? day['weekday'] : 0,
              intervals: intervals(day['intervals']),
            })),
            exceptions: list(value['exceptions']).map((day) => ({
              date: text(day['date']),
              intervals: intervals(day['intervals']),
            })),
          }
        : null,
    ),

  findSlots: (args: {
    serviceId: string;
    from: string;
    to: string;
    staffId?: string;
  }): Step<Result<{ slots: Slot[]; truncated: boolean }>> =>
    ask('find_slots', { ...args }, (value) =>
      Array.isArray(value['slots'])
        ? { slots: slots(value['slots']), truncated: value['truncated'] === true }
        : null,
    ),

  holdSlot: (args: { serviceId: string; startsAt: string; staffId?: string }): Step<Result<Hold>> =>
    ask('hold_slot', { ...args }, (value) => {
      const hold = {
        holdId: text(value['holdId']),
        serviceName: text(value['serviceName']),
        staffName: text(value['staffName']),
        local: local(value['local']),
        priceText: text(value['priceText']),
      };
      return hold.holdId && hold.local ? hold : null;
    }),

  confirmBooking: (holdId: string): Step<Result<Booking>> => ask('confirm_booking', { holdId }, readBooking),

  listMyBookings: (): Step<Result<ListedBooking[]>> =>
    ask('list_my_bookings', {}, (value) =>
      Array.isArray(value['bookings'])
        ? list(value['bookings'])
            .map((booking) => ({
              bookingId: text(booking['bookingId']),
              code: text(booking['code']),
              status: text(booking['status']),
              serviceId: text(booking['serviceId']),
              serviceName: text(booking['serviceName']),
              staffName: text(booking['staffName']),
              local: local(booking['local']),
            }))
            .filter(
              ({ bookingId, local: at, status }) =>
                bookingId && at && !['held', 'cancelled', 'expired'].includes(status),
            )
        : null,
    ),

  rescheduleBooking: (args: {
    bookingId: string;
    startsAt: string;
    staffId?: string;
  }): Step<Result<Booking>> => ask('reschedule_booking', { ...args }, readBooking),

  cancelBooking: (bookingId: string): Step<Result<{ code: string }>> =>
    ask('cancel_booking', { bookingId }, (value) =>
      value['status'] === 'cancelled' ? { code: text(value['code']) } : null,
    ),

  handOver: (reason: string): Step<Result<true>> =>
    ask('hand_over', { reason: reason.slice(0, 500) }, (value) => (value['queued'] === true ? true : null)),
} as const;
