import { integer } from './setting.js';

/** The relay, the sweepers and the queues. */
export const MESSAGING = {
  relayPollMs: [
    'RELAY_POLL_MS',
    integer(500, { min: 10, max: 60_000 }, 'How often the relay looks at the outbox when nobody woke it.'),
  ],
  relayBatch: ['RELAY_BATCH', integer(100, { min: 1, max: 1000 }, 'Events claimed at once.')],
  relayLeaseMs: [
    'RELAY_LEASE_MS',
    integer(
      10_000,
      { min: 500, max: 600_000 },
      'How long events are a relay’s that has claimed them; those of one that died are another’s then.',
    ),
  ],
  sweepEveryMs: [
    'SWEEP_EVERY_MS',
    integer(5_000, { min: 100, max: 600_000 }, 'How often undelivered events are looked for.'),
  ],
  sweepAfterMs: [
    'SWEEP_AFTER_MS',
    integer(
      30_000,
      { min: 100, max: 3_600_000 },
      'Age at which a published event without an inbox row is queued again.',
    ),
  ],
  stalledEveryMs: [
    'STALLED_EVERY_MS',
    integer(5_000, { min: 200, max: 300_000 }, 'How often jobs of dead workers are looked for.'),
  ],
  lockMs: [
    'JOB_LOCK_MS',
    integer(
      10_000,
      { min: 500, max: 600_000 },
      'How long a job is a worker’s before it must have renewed it.',
    ),
  ],
  inboundConcurrency: [
    'INBOUND_CONCURRENCY',
    integer(16, { min: 1, max: 500 }, 'Inbound events handled at once per process.'),
  ],
  turnConcurrency: [
    'TURN_CONCURRENCY',
    integer(32, { min: 1, max: 500 }, 'Turns composed at once per process.'),
  ],
  sendConcurrency: [
    'SEND_CONCURRENCY',
    integer(16, { min: 1, max: 500 }, 'Messages sent at once per process.'),
  ],
  eventConcurrency: [
    'EVENT_CONCURRENCY',
    integer(8, { min: 1, max: 500 }, 'Other events handled at once per process.'),
  ],
} as const;
