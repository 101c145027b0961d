import { SetMetadata } from '@nestjs/common';
import type { Settings } from '#libs/config';
import type { DomainEvent } from '#libs/kernel';
import type { OutboxRow } from './delivery-job.js';

/** Bull queues. Each has its own workers, so that slow turns never keep a webhook or a send waiting. */
export type QueueName = 'inbound' | 'turns' | 'sends' | 'events';
export const QUEUES: readonly QueueName[] = ['inbound', 'turns', 'sends', 'events'];

export interface HandlesEventOptions {
  /** The event's type, from its `defineEvent`; several when one handler takes them all alike. */
  readonly event: { readonly type: string } | readonly { readonly type: string }[];
  /** Unique and stable: it is half of the inbox key. `<context>.<what-it-does>`. */
  readonly name: string;
  readonly queue?: QueueName;
  /** Tries in all before the dead letter, with exponential back-off and jitter between them. */
  readonly attempts?: number | ((settings: Settings) => number);
  /** First pause between tries; doubles each time, capped at one minute. */
  readonly backoffMs?: number | ((settings: Settings) => number);
  /**
   * `true` (default): `handle` runs inside one unit of work with its inbox row, so its effect is exactly once.
   * `false`: a process that talks to the network between units of work; it must end in `delivery.settle()`.
   */
  readonly transactional?: boolean;
}

export const HANDLES_EVENT = 'frontdesk:handles-event';

/** Marks a provider as the handler of an event that comes through the outbox. At-least-once, deduplicated by the inbox. */
export const HandlesEvent = (options: HandlesEventOptions) => SetMetadata(HANDLES_EVENT, options);

export interface Delivery {
  /** 1 for the first try of this job. */
  readonly attempt: number;
  readonly lastAttempt: boolean;
  /**
   * Inside an open unit of work: writes the inbox row, so that the delivery is done when the unit commits.
   * Answers false when it was done before; the caller must then have no further effect.
   */
  settle(): Promise<boolean>;
}

export abstract class EventHandler<T extends object = Record<string, unknown>> {
  abstract handle(event: DomainEvent<T>, delivery: Delivery): Promise<void>;

  /**
   * Asked by the relay once a batch, before anything is queued: the ids of those events that are to be handled; all, when
   * absent. For a handler that most tenants have no use for: what it does not want costs no job and no inbox row. It
   * runs outside of any tenant, may be asked twice of one event, and must not throw but for an engine that is away.
   */
  wanted?(events: readonly OutboxRow[]): Promise<ReadonlySet<string>>;
}

/** Thrown by a non-transactional handler: come back in `delayMs`, without using up a try. */
export class Defer extends Error {
  constructor(readonly delayMs: number) {
    super(`deferred by ${delayMs} ms`);
  }
}

/** Thrown by a handler: no further try makes sense; straight to the dead letters. */
export class Undeliverable extends Error {}
