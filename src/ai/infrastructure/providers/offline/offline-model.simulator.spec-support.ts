import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { DateTime } from 'luxon';
import { BOOKING_TOOLS } from '../../../domain/booking-tools.js';
import type { ModelMessage, Surroundings, ToolCall } from '../../../domain/chat-model.js';
import { OfflineModel } from './offline-model.js';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export interface SimulatedService {
  id: string;
  name: string;
  durationMinutes: number;
  price: { amount: number; currency: string };
  priceText: string;
}

const service = (n: number, name: string, amount: number, durationMinutes = 60): SimulatedService => ({
  id: id(n),
  name,
  durationMinutes,
  price: { amount: amount * 100, currency: 'UAH' },
  priceText: `${amount} UAH`,
});

export const SERVICES = {
  manicure: service(1, 'Manicure', 450),
  pedicure: service(2, 'Pedicure', 600, 90),
  womensHaircut: service(3, "Women's haircut", 700),
  mensHaircut: service(4, "Men's haircut", 500, 30),
  colouring: service(5, 'Hair colouring', 1800, 120),
  massage: service(6, 'Relaxing massage', 900),
};

export const ANNA = id(101);
export const OLENA = id(102);
const PEOPLE = [
  { id: ANNA, name: 'Anna', serviceIds: [id(1), id(2)] },
  { id: OLENA, name: 'Olena', serviceIds: [id(1), id(3), id(4), id(5), id(6)] },
];

interface SimulatedBooking {
  id: string;
  code: string;
  status: 'held' | 'confirmed' | 'cancelled';
  serviceId: string;
  staffId: string;
  local: string;
}

const { default: formats } = addFormats as unknown as { default: (ajv: Ajv2020) => void };
const ajv = new Ajv2020({ strict: false });
(typeof addFormats === 'function' ? (addFormats as (ajv: Ajv2020) => void) : formats)(ajv);
const validators = new Map<string, ValidateFunction>(
  BOOKING_TOOLS.map(({ name, parameters }) => [name, ajv.compile(parameters)]),
);

type Override = (args: Record<string, string>) => unknown;

/**
 * The tools over a salon in memory, and the loop that a customer's turn goes through. Open Monday to Saturday 09:00 to
 * 19:00, a start each half hour; arguments are checked against the tools' own schemas.
 */
export class SalonSimulator {
  now = DateTime.fromISO('2026-11-20T10:00', { zone: 'Europe/Kyiv' });
  language = 'en';
  services: SimulatedService[] = Object.values(SERVICES);
  readonly bookings: SimulatedBooking[] = [];
  readonly messages: ModelMessage[] = [];
  readonly calls: { name: string; args: Record<string, string> }[] = [];
  /** Answers in place of a tool, once for each entry. */
  readonly overrides = new Map<string, Override[]>();
  /** "2026-11-21T15:00 <staffId>" that are busy, or a whole day. */
  readonly busy = new Set<string>();
  rounds = 0;
  private readonly model = new OfflineModel();
  private serial = 1000;

  surroundings(): Surroundings {
    return {
      businessName: 'Salon Lotus',
      timeZone: 'Europe/Kyiv',
      now: this.now.toJSDate(),
      language: this.language,
      currency: 'UAH',
    };
  }

  override(tool: string, ...answers: unknown[]): this {
    this.overrides.set(
      tool,
      answers.map((answer) => () => answer),
    );
    return this;
  }

  /** A burst of the customer's messages; the answer. */
  async say(...texts: string[]): Promise<string> {
    for (const text of texts) this.messages.push({ role: 'user', text });
    for (this.rounds = 0; this.rounds < 12; this.rounds += 1) {
      const reply = await this.model.complete({
        model: 'any',
        instructions: '',
        surroundings: this.surroundings(),
        messages: this.messages,
        tools: BOOKING_TOOLS,
        temperature: 0,
        maxTokens: 500,
      });
      this.messages.push({ role: 'assistant', text: reply.text, toolCalls: reply.toolCalls });
      if (reply.toolCalls.length === 0) return reply.text ?? '';
      for (const call of reply.toolCalls) {
        this.messages.push({ role: 'tool', toolCallId: call.id, content: this.answer(call) });
      }
    }
    throw new Error('the turn does not end');
  }

  confirmed(): SimulatedBooking[] {
    return this.bookings.filter(({ status }) => status === 'confirmed');
  }

  book(serviceId: string, staffId: string, local: string): SimulatedBooking {
    const booking: SimulatedBooking = {
      id: id((this.serial += 1)),
      code: `ABC${'ABCDEFGHJKMNPQRSTUVWXYZ'[this.bookings.length]}34`,
      status: 'confirmed',
      serviceId,
      staffId,
      local,
    };
    this.bookings.push(booking);
    return booking;
  }

  private answer(call: ToolCall): string {
    const args = JSON.parse(call.arguments) as Record<string, string>;
    const valid = validators.get(call.name);
    if (!valid?.(args)) throw new Error(`${call.name} ${call.arguments}: ${ajv.errorsText(valid?.errors)}`);
    this.calls.push({ name: call.name, args });
    const override = this.overrides.get(call.name)?.shift();
    const result = override ? override(args) : this.tool(call.name, args);
    return typeof result === 'string' ? result : JSON.stringify(result);
  }

  private tool(name: string, args: Record<string, string>): unknown {
    switch (name) {
      case 'list_services':
        return { services: this.services };
      case 'list_staff':
        return {
          staff: PEOPLE.filter(
            ({ serviceIds }) => !args['serviceId'] || serviceIds.includes(args['serviceId']),
          ),
        };
      case 'opening_hours':
        return {
          timeZone: 'Europe/Kyiv',
          days: [1, 2, 3, 4, 5, 6].map((weekday) => ({
            weekday,
            intervals: [{ from: '09:00', to: '19:00' }],
          })),
          exceptions: [{ date: '2026-12-25', intervals: [] }],
        };
      case 'find_slots':
        return this.find(args);
      case 'hold_slot':
        return this.hold(args);
      case 'confirm_booking':
        return this.confirm(args['holdId'] ?? '');
      case 'list_my_bookings':
        return {
          bookings: this.bookings.filter(({ status }) => status !== 'cancelled').map((one) => this.view(one)),
        };
      case 'reschedule_booking':
        return this.reschedule(args);
      case 'cancel_booking': {
        const booking = this.bookings.find((one) => one.id === args['bookingId']);
        if (!booking) return { error: { code: 'calendar.booking_not_found', message: 'no' } };
        booking.status = 'cancelled';
        return { bookingId: booking.id, code: booking.code, status: 'cancelled' };
      }
      default:
        return { queued: true };
    }
  }

  private freeStaff(serviceId: string, local: string, staffId?: string): typeof PEOPLE {
    const at = DateTime.fromISO(local, { zone: 'Europe/Kyiv' });
    const open = at.weekday !== 7 && at.hour >= 9 && at.hour < 19 && at > this.now;
    if (!open || this.busy.has(local.slice(0, 10)) || this.busy.has(local)) return [];
    return PEOPLE.filter(
      (person) =>
        person.serviceIds.includes(serviceId) &&
        (!staffId || person.id === staffId) &&
        !this.busy.has(`${local} ${person.id}`) &&
        !this.confirmed().some((one) => one.staffId === person.id && one.local === local),
    );
  }

  private find(args: Record<string, string>): unknown {
    const zone = { zone: 'Europe/Kyiv' };
    const [from, to] = [DateTime.fromISO(args['from'] ?? '', zone), DateTime.fromISO(args['to'] ?? '', zone)];
    if (to < from || to.diff(from, 'days').days > 31)
      return { error: { code: 'calendar.range', message: 'bad range' } };
    const slots: unknown[] = [];
    const step = from.set({ minute: from.minute > 30 ? 60 : from.minute > 0 ? 30 : 0 });
    for (let at = step; at <= to && slots.length < 13; at = at.plus({ minutes: 30 })) {
      const local = at.toFormat("yyyy-MM-dd'T'HH:mm");
      const staff = this.freeStaff(args['serviceId'] ?? '', local, args['staffId']);
      if (staff.length > 0) slots.push(this.slot(local, staff));
    }
    return { slots: slots.slice(0, 12), truncated: slots.length > 12 };
  }

  private slot(local: string, staff: typeof PEOPLE): unknown {
    const startsAt = DateTime.fromISO(local, { zone: 'Europe/Kyiv' }).toUTC().toISO();
    return {
      startsAt,
      local,
      staffIds: staff.map((one) => one.id),
      staffNames: staff.map((one) => one.name),
    };
  }

  private hold(args: Record<string, string>): unknown {
    const [staff] = this.freeStaff(args['serviceId'] ?? '', args['startsAt'] ?? '', args['staffId']);
    if (!staff) return { error: { code: 'calendar.slot_taken', message: 'taken', alternatives: [] } };
    for (const one of this.bookings) if (one.status === 'held') one.status = 'cancelled';
    const hold = this.book(args['serviceId'] ?? '', staff.id, args['startsAt'] ?? '');
    hold.status = 'held';
    const { bookingId, code: _, status: __, ...view } = this.view(hold);
    return { holdId: bookingId, ...view, expiresAt: this.now.plus({ minutes: 10 }).toUTC().toISO() };
  }

  private confirm(holdId: string): unknown {
    const hold = this.bookings.find((one) => one.id === holdId);
    if (!hold || hold.status === 'cancelled')
      return { error: { code: 'calendar.hold_not_found', message: 'gone' } };
    hold.status = 'confirmed';
    return this.view(hold);
  }

  private reschedule(args: Record<string, string>): unknown {
    const booking = this.bookings.find((one) => one.id === args['bookingId']);
    if (!booking) return { error: { code: 'calendar.booking_not_found', message: 'no' } };
    const [staff] = this.freeStaff(
      booking.serviceId,
      args['startsAt'] ?? '',
      args['staffId'] ?? booking.staffId,
    );
    if (!staff) return { error: { code: 'calendar.slot_taken', message: 'taken', alternatives: [] } };
    Object.assign(booking, { local: args['startsAt'], staffId: staff.id });
    return this.view(booking);
  }

  private view(
    booking: SimulatedBooking,
  ): Record<string, unknown> & { bookingId: string; code: string; status: string } {
    const offered = this.services.find((one) => one.id === booking.serviceId);
    return {
      bookingId: booking.id,
      code: booking.code,
      status: booking.status,
      serviceId: booking.serviceId,
      serviceName: offered?.name ?? '',
      staffName: PEOPLE.find((one) => one.id === booking.staffId)?.name ?? '',
      startsAt: DateTime.fromISO(booking.local, { zone: 'Europe/Kyiv' }).toUTC().toISO(),
      local: booking.local,
      price: offered?.price,
      priceText: offered?.priceText,
    };
  }
}
