/** What a webhook's body is: bytes are kept, so that a replay is the same. */
export interface Envelope {
  readonly type: string;
  /** When it happened, ISO-8601 UTC. */
  readonly timestamp: string;
  /** What `sequence` counts for: the booking, the thread. */
  readonly subject: string;
  /** 1, 2, 3 ... of what this endpoint is sent of this subject, without gaps. */
  readonly sequence: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export const envelopeOf = (
  event: { type: string; aggregateId: string; occurredAt: Date; payload: Record<string, unknown> },
  sequence: number,
): string => {
  const envelope: Envelope = {
    type: event.type,
    timestamp: event.occurredAt.toISOString(),
    subject: event.aggregateId,
    sequence,
    data: event.payload,
  };
  return JSON.stringify(envelope);
};
