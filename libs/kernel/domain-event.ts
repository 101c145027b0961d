import { newId } from './ids.js';
import { publish, type PublicDescription } from './public-events.js';

/**
 * A fact that other contexts may act on. Flat JSON of ids and facts, never an entity.
 * `type` is past tense, named and versioned: `calendar.booking.confirmed.v1`.
 */
export interface DomainEvent<T extends object = Record<string, unknown>> {
  readonly id: string;
  readonly type: string;
  /** The aggregate the fact is about. */
  readonly aggregateId: string;
  readonly payload: T;
  /** Not to be delivered before this instant; at once when absent. */
  readonly availableAt?: Date;
}

/**
 * Declares an event type once, in a context's `contracts/events.ts`; the constant makes and recognises it.
 * With `described`, integrators may subscribe to it: the payload is then part of the public API (see `publicEvents()`).
 */
export const defineEvent = <T extends object>(type: string, described?: PublicDescription<T>) => {
  if (described) publish(type, described);
  return {
    type,
    /** `id`: for a payload that has something sealed for the event's own row. */
    make: (
      aggregateId: string,
      payload: T,
      options: { id?: string; availableAt?: Date } = {},
    ): DomainEvent<T> => ({
      id: newId(),
      type,
      aggregateId,
      payload,
      ...options,
    }),
    payloadOf: (event: { type: string; payload: unknown }): T => {
      if (event.type !== type) throw new Error(`expected ${type}, got ${event.type}`);
      return event.payload as T;
    },
  };
};
