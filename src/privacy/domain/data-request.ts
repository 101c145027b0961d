import { DomainError } from '#libs/kernel';

export const REQUEST_KINDS = ['export', 'erasure'] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

export const REQUEST_STATES = [
  'pending',
  'running',
  'completed',
  'partially_completed',
  'refused_by_hold',
  'cancelled',
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

export interface RequestStep {
  readonly id: string;
  readonly store: string;
  readonly position: number;
  readonly state: 'pending' | 'done' | 'held';
  readonly what: string | null;
  readonly records: number;
  readonly types: Readonly<Record<string, number>>;
  readonly reason: string | null;
  readonly finishedAt: Date | null;
}

export interface DataRequest {
  readonly id: string;
  readonly kind: RequestKind;
  readonly state: RequestState;
  readonly subjectKind: 'customer' | 'member' | 'counterparty';
  readonly subjectName: string;
  readonly subjectKeys: readonly string[];
  readonly reason: string;
  readonly requestedBy: string | null;
  readonly dueBy: Date;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly exportSha256: string | null;
  readonly exportBytes: number | null;
  readonly exportExpiresAt: Date | null;
  readonly version: number;
}

export interface LegalHold {
  readonly id: string;
  readonly subjectName: string;
  readonly subjectKeys: readonly string[];
  /** Null: everything. */
  readonly dataClasses: readonly string[] | null;
  readonly reason: string;
  readonly authority: string;
  readonly until: Date | null;
  readonly placedAt: Date;
  readonly placedBy: string | null;
  readonly liftedAt: Date | null;
  readonly liftedBy: string | null;
  readonly liftReason: string | null;
  readonly version: number;
}

export const WAITING: readonly RequestState[] = ['refused_by_hold', 'partially_completed'];

/** What a request is when all its steps have had their turn. */
export const stateAfter = (steps: readonly Pick<RequestStep, 'state' | 'what'>[]): RequestState => {
  if (!steps.some(({ state }) => state === 'held')) return 'completed';
  return steps.some(({ state, what }) => state === 'done' && what !== 'kept')
    ? 'partially_completed'
    : 'refused_by_hold';
};

/** The first hold that protects any of the classes. */
export const holdOver = (
  holds: readonly LegalHold[],
  dataClasses: readonly string[],
): LegalHold | undefined =>
  holds.find(
    (hold) => hold.dataClasses === null || dataClasses.some((each) => hold.dataClasses?.includes(each)),
  );

/** Error: `privacy.request_not_cancellable` (409). */
export const assertCancellable = ({ state }: DataRequest): void => {
  if (state === 'pending' || state === 'refused_by_hold') return;
  throw new DomainError(
    'conflict',
    'privacy.request_not_cancellable',
    `A request that is ${state} cannot be cancelled: what it has done cannot be undone.`,
    { facts: { state } },
  );
};

/** Error: `privacy.request_not_waiting` (409). */
export const assertWaiting = ({ state }: DataRequest): void => {
  if (WAITING.includes(state)) return;
  throw new DomainError(
    'conflict',
    'privacy.request_not_waiting',
    `Only a request that waits for a legal hold can be resumed; this one is ${state}.`,
    { facts: { state } },
  );
};
