import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/kernel';

const CAPACITY = 20;
const PER_SECOND = 1;
const MOST_VISITORS = 10_000;

/** A token bucket a visitor, in this process: twenty messages at once, one a second after that. */
@Injectable()
export class MessageBudget {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  constructor(private readonly clock: Clock) {}

  take(visitorId: string): boolean {
    const now = this.clock.now().getTime();
    const bucket = this.buckets.get(visitorId) ?? { tokens: CAPACITY, at: now };
    const tokens = Math.min(CAPACITY, bucket.tokens + ((now - bucket.at) / 1_000) * PER_SECOND);
    this.buckets.delete(visitorId);
    // Written again at the end, so that the first key is the one longest idle.
    this.buckets.set(visitorId, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    if (this.buckets.size > MOST_VISITORS) this.buckets.delete(this.buckets.keys().next().value ?? '');
    return tokens >= 1;
  }
}
