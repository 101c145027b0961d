import { Injectable } from '@nestjs/common';
import { DateTime } from 'luxon';
import {
  type BookingView,
  CancelBookingCommand,
  ConfirmBookingCommand,
  FindSlotsQuery,
  HoldSlotCommand,
  ListCustomerBookingsQuery,
  ListServicesQuery,
  ListStaffQuery,
  OpeningHoursQuery,
  RescheduleBookingCommand,
  type SlotView,
} from '#contracts/calendar';
import { GetThreadQuery } from '#contracts/conversations';
import { Clock, DomainError, formatMoney } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import type { TurnSession } from './turn-session.js';

const MOST_SLOTS = 12;
const LOCAL = "yyyy-MM-dd'T'HH:mm";

interface Args {
  serviceId: string;
  staffId?: string;
  startsAt: string;
  from: string;
  to: string;
  holdId: string;
  bookingId: string;
  reason: string;
}

type Tool = (args: Args, session: TurnSession, idempotencyKey: string) => Promise<unknown>;

/** The assistant's tools as commands and queries of the calendar. Customer, thread and prices come from the session. */
@Injectable()
export class BookingToolKit {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly clock: Clock,
  ) {}

  private readonly tools: Readonly<Record<string, Tool>> = {
    list_services: async (_args, { tenant, language }) => ({
      services: (await this.dispatcher.ask(new ListServicesQuery()))
        .filter((s) => s.active)
        .map(({ id, name, description, durationMinutes, price }) => ({
          id,
          name,
          ...(description ? { description } : {}),
          durationMinutes,
          price,
          priceText: formatMoney(price, language || tenant.language),
        })),
    }),
    list_staff: async ({ serviceId }) => ({
      staff: (await this.dispatcher.ask(new ListStaffQuery(serviceId ? { serviceId } : {})))
        .filter((s) => s.active)
        .map(({ id, name, serviceIds }) => ({ id, name, serviceIds })),
    }),
    opening_hours: () => this.dispatcher.ask(new OpeningHoursQuery()),
    find_slots: (args, session) => this.findSlots(args, session),
    hold_slot: async ({ serviceId, startsAt, staffId }, session, idempotencyKey) => {
      const { customer, threadId } = session.brief;
      const party = { customerId: customer.id, name: customer.name, phone: customer.phone };
      const start = this.instant(startsAt, session);
      const booking = await this.dispatcher.request(
        new HoldSlotCommand({ serviceId, startsAt: start, staffId, party, threadId, idempotencyKey }),
      );
      const { id, ...rest } = this.describe(booking, session);
      return { holdId: id, ...rest, expiresAt: booking.holdExpiresAt };
    },
    confirm_booking: async ({ holdId }, session) => {
      const { threadId } = session.brief;
      return this.booked(
        await this.dispatcher.request(new ConfirmBookingCommand({ holdId, threadId })),
        session,
      );
    },
    list_my_bookings: async (_args, session) => ({
      bookings: (await this.dispatcher.ask(new ListCustomerBookingsQuery(session.brief.customer.id)))
        .filter((b) => b.status === 'confirmed')
        .map((b) => this.booked(b, session)),
    }),
    reschedule_booking: async ({ bookingId, startsAt, staffId }, session) => {
      const customerId = session.brief.customer.id;
      const start = this.instant(startsAt, session);
      const input = { bookingId, startsAt: start, staffId, customerId };
      return this.booked(await this.dispatcher.request(new RescheduleBookingCommand(input)), session);
    },
    cancel_booking: async ({ bookingId }, session) => {
      const customerId = session.brief.customer.id;
      const input = { bookingId, customerId, reason: 'asked for by the customer' };
      const { id, code, status } = await this.dispatcher.request(new CancelBookingCommand(input));
      return { bookingId: id, code, status };
    },
    hand_over: ({ reason }, session) => {
      session.handoffReason = reason;
      return Promise.resolve({ queued: true });
    },
  };

  /** `args` have been checked against the tool's schema. A refusal is thrown as DomainError, with slots in its facts. */
  run(
    name: string,
    args: Record<string, unknown>,
    session: TurnSession,
    idempotencyKey: string,
  ): Promise<unknown> {
    const tool = this.tools[name];
    if (!tool) throw new Error(`the tool kit lacks ${name}`);
    return tool(args as unknown as Args, session, idempotencyKey);
  }

  /** The bot does nothing in a thread that a person has taken over in the middle of the turn. */
  async assertBotHasThread({ brief }: TurnSession): Promise<void> {
    // Held: what a tool does now is done before anybody takes over, or before the customer's data is erased, or not at all.
    const { owner } = await this.dispatcher.ask(new GetThreadQuery(brief.threadId, true));
    if (owner !== 'bot')
      throw new DomainError(
        'conflict',
        'tool.thread_taken_over',
        'A colleague has taken this conversation over; do nothing more in it.',
      );
  }

  /** Whether what a tool answered before still is so: a hold may have been let go since, a booking moved on. */
  async stillStands(name: string, result: Record<string, unknown>, { brief }: TurnSession): Promise<boolean> {
    if (name !== 'hold_slot' && name !== 'reschedule_booking') return true;
    const { holdId, bookingId = holdId, startsAt, staffId } = result;
    const bookings = await this.dispatcher.ask(new ListCustomerBookingsQuery(brief.customer.id));
    const booking = bookings.find((b) => b.id === bookingId);
    return (
      booking !== undefined &&
      (name === 'hold_slot' || (booking.startsAt === startsAt && booking.staffId === staffId))
    );
  }

  /** A refusal as the model reads it: code, message, and what could be had instead, in wall-clock times. */
  async refusal(error: DomainError, session: TurnSession): Promise<Record<string, unknown>> {
    const { alternatives, ...facts } = error.options.facts ?? {};
    const slots = Array.isArray(alternatives)
      ? await this.withNames(alternatives as SlotView[], session)
      : undefined;
    return {
      error: {
        code: error.code,
        message: error.message,
        ...facts,
        ...(slots ? { alternatives: slots } : {}),
      },
    };
  }

  private async findSlots({ serviceId, from, to, staffId }: Args, session: TurnSession): Promise<unknown> {
    const earliest = this.clock.now();
    const start = this.instant(from, session);
    const end = this.instant(to, session);
    if (end < start) throw DomainError.invalid('tool.arguments_invalid', '/to', 'to must not be before from');
    const criteria = {
      serviceId,
      from: start < earliest ? earliest : start,
      // `to` names the latest start, the query an end that it excludes.
      to: new Date(Math.max(end.getTime() + 60_000, earliest.getTime() + 60_000)),
      staffId,
      limit: MOST_SLOTS,
    };
    const { slots, truncated, reason } = await this.dispatcher.ask(new FindSlotsQuery(criteria));
    return { slots: await this.withNames(slots, session), truncated, ...(reason ? { reason } : {}) };
  }

  private async withNames(slots: readonly SlotView[], session: TurnSession): Promise<unknown[]> {
    if (slots.length === 0) return [];
    const names = new Map((await this.dispatcher.ask(new ListStaffQuery())).map((s) => [s.id, s.name]));
    return slots.map(({ startsAt, staffIds }) => ({
      startsAt,
      local: this.local(startsAt, session),
      staffIds,
      staffNames: staffIds.map((id) => names.get(id) ?? ''),
    }));
  }

  private booked(booking: BookingView, session: TurnSession) {
    const { id, ...rest } = this.describe(booking, session);
    return {
      bookingId: id,
      code: booking.code,
      status: booking.status,
      serviceId: booking.serviceId,
      ...rest,
    };
  }

  private describe(b: BookingView, session: TurnSession) {
    return {
      id: b.id,
      serviceName: b.serviceName,
      staffId: b.staffId,
      staffName: b.staffName,
      startsAt: b.startsAt,
      local: this.local(b.startsAt, session),
      durationMinutes: Math.round((Date.parse(b.endsAt) - Date.parse(b.startsAt)) / 60_000),
      price: b.price,
      priceText: formatMoney(b.price, session.language || session.tenant.language),
    };
  }

  private instant(local: string, { tenant }: TurnSession): Date {
    const at = DateTime.fromFormat(local, LOCAL, { zone: tenant.timeZone });
    if (!at.isValid)
      throw DomainError.invalid('tool.arguments_invalid', '/', `${local} is not a date and time`);
    return at.toJSDate();
  }

  private local(instant: string, { tenant }: TurnSession): string {
    return DateTime.fromISO(instant, { zone: tenant.timeZone }).toFormat(LOCAL);
  }
}
