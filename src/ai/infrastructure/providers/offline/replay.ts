import type { Surroundings, ToolSpec } from '../../../domain/chat-model.js';
import { languageOf } from './language.js';
import type { Memory } from './memory.js';
import { settle } from './memory.js';
import { converse } from './policy.js';
import { tools, type Result, type Step, type ToolOutcome, type ToolRequest } from './tools.js';
import type { Exchange, RecordedCall } from './transcript.js';
import { nowOf, turnOf } from './turn.js';
import { understand } from './understanding.js';

/** Most tool calls that a turn may take before it ends with an apology. */
export const MAX_CALLS = 6;
/** How much of a long dialogue is recalled, in turns. */
const RECALLED_TURNS = 24;
const ACTIONS = new Set(['confirm_booking', 'reschedule_booking', 'cancel_booking', 'hand_over']);
/** A call is made again a little later within one turn; its range then starts a little later. */
const DRIFT_MS = 15 * 60_000;

export type Progress =
  | { readonly kind: 'say'; readonly text: string; readonly acted: boolean }
  | { readonly kind: 'call'; readonly request: ToolRequest }
  | { readonly kind: 'exhausted' };

const sameArgument = (made: unknown, wanted: string | undefined): boolean => {
  if (made === wanted) return true;
  if (typeof made !== 'string' || wanted === undefined || !/^\d{4}-\d{2}-\d{2}T/u.test(wanted)) return false;
  return Math.abs(Date.parse(`${made}Z`) - Date.parse(`${wanted}Z`)) <= DRIFT_MS;
};

const same = (call: RecordedCall, { name, args }: ToolRequest): boolean => {
  if (call.name !== name) return false;
  const drifts = name === 'find_slots';
  const keys = new Set([...Object.keys(call.args), ...Object.keys(args)]);
  return [...keys].every((key) =>
    drifts ? sameArgument(call.args[key], args[key]) : call.args[key] === args[key],
  );
};

const unavailable: ToolOutcome = { ok: false, code: 'offline.no_such_tool', alternatives: [] };

/** Runs the policy over what is recorded of the present turn, up to the next call that has to be made. */
export const run = (policy: Step<string>, { calls }: Exchange, specs: readonly ToolSpec[]): Progress => {
  const left = [...calls];
  let acted = false;
  let next = policy.next();
  while (!next.done) {
    const request = next.value;
    const at = left.findIndex((call) => same(call, request));
    const [made] = at >= 0 ? left.splice(at, 1) : [];
    if (made) {
      acted ||= ACTIONS.has(made.name) && made.outcome.ok;
      next = policy.next(made.outcome);
    } else if (!specs.some(({ name }) => name === request.name)) {
      next = policy.next(unavailable);
    } else if (calls.length >= MAX_CALLS) {
      return { kind: 'exhausted' };
    } else {
      return { kind: 'call', request };
    }
  }
  return { kind: 'say', text: next.value, acted };
};

/** Runs the policy over a turn that is past; false when what was done then is not what it would do now. */
const replay = (policy: Step<string>, calls: readonly RecordedCall[]): boolean => {
  let at = 0;
  let next = policy.next();
  while (!next.done) {
    const call = calls[at];
    if (call?.name !== next.value.name) return false;
    at += 1;
    next = policy.next(call.outcome);
  }
  return at >= calls.length;
};

const read = <T>(reader: Step<Result<T>>, outcome: ToolOutcome): T | null => {
  reader.next();
  const { done, value } = reader.next(outcome);
  return done && value.ok ? value.value : null;
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Takes from the calls of a turn what they say for themselves, when another model made them or the clock moved on. */
const ingest = (memory: Memory, calls: readonly RecordedCall[]): void => {
  for (const { name, args, outcome } of calls) {
    if (name === 'list_services') memory.services = read(tools.listServices(), outcome) ?? memory.services;
    if (name === 'find_slots') {
      const found = read(tools.findSlots({ serviceId: '', from: '', to: '' }), outcome);
      if (!found || found.slots.length === 0) continue;
      const task = memory.task ?? 'book';
      Object.assign(memory, {
        task,
        question: 'slot',
        offer: found.slots.slice(0, 5),
        serviceId: textOf(args['serviceId']),
      });
    }
    if (name === 'hold_slot') {
      const hold = read(tools.holdSlot({ serviceId: '', startsAt: '' }), outcome);
      const serviceId = textOf(args['serviceId']);
      if (hold) Object.assign(memory, { task: 'book', question: 'hold', hold, serviceId });
      else if (!outcome.ok && outcome.alternatives.length > 0) {
        Object.assign(memory, {
          task: 'book',
          question: 'slot',
          offer: outcome.alternatives.slice(0, 5),
          serviceId,
        });
      }
    }
    if (name === 'list_my_bookings')
      memory.bookings = read(tools.listMyBookings(), outcome) ?? memory.bookings;
    if (name === 'confirm_booking' || name === 'reschedule_booking') {
      const booking = read(tools.confirmBooking(''), outcome);
      if (!booking) continue;
      settle(memory);
      memory.lastBookingId = booking.bookingId;
    }
    if (name === 'cancel_booking' && outcome.ok) settle(memory);
  }
};

/** What is known after the turns so far. */
export const recall = (exchanges: readonly Exchange[], surroundings: Surroundings, empty: Memory): Memory => {
  const now = nowOf(surroundings);
  let memory = empty;
  const recalled = exchanges.slice(-RECALLED_TURNS);
  recalled.forEach(({ said, calls, reply }, at) => {
    if (said.length === 0) {
      ingest(memory, calls);
      memory.greeted ||= reply !== null;
      return;
    }
    const earlier = recalled.slice(0, at).flatMap((exchange) => exchange.said);
    const heard = understand(said, languageOf(said.join('\n'), earlier, surroundings.language), now);
    const attempt = structuredClone(memory);
    if (replay(converse(turnOf(surroundings, heard, attempt)), calls)) memory = attempt;
    else ingest(memory, calls);
    if (calls.length >= MAX_CALLS) memory.question ??= 'hand-over';
    memory.greeted = true;
  });
  return memory;
};
