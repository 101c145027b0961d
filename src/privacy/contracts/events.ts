import { defineEvent } from '#libs/kernel';

/** A data-subject request waits to be carried out. */
export const RequestAccepted = defineEvent<{ requestId: string }>('privacy.request.accepted.v1');

/** A data-subject request has its answer: see its state. */
export const RequestAnswered = defineEvent<{ requestId: string; kind: 'export' | 'erasure'; state: string }>(
  'privacy.request.answered.v1',
);
