import type { DomainEvent } from './domain-event.js';

/** Base of a rich aggregate: it records the events that its repository writes to the outbox with it. */
export abstract class AggregateRoot {
  private recorded: DomainEvent[] = [];

  protected record(event: DomainEvent<object>): void {
    this.recorded.push(event as DomainEvent);
  }

  /** Hands over the events recorded since the last call. */
  pullEvents(): DomainEvent[] {
    const events = this.recorded;
    this.recorded = [];
    return events;
  }
}
