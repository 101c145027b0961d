import '#contracts/audit';
import '#contracts/calendar';
import '#contracts/conversations';
import { publicEvents } from '#libs/kernel';
import '../contracts/events.js';

/** What an endpoint can subscribe to: the public events of the contexts above, which describe them where they define them. */
export const PUBLIC_EVENTS = publicEvents().map(({ type, summary, example }) => ({
  type,
  description: summary,
  example: example as Record<string, unknown>,
}));

export const PUBLIC_TYPES: readonly string[] = PUBLIC_EVENTS.map(({ type }) => type);

/** Sent on request only. */
export const TEST_TYPE = 'webhooks.test.v1';
