/**
 * One person, by everything that their data is found by. It is found once and grows while stores tell what more of it they
 * know (`locate`); a store takes of it what its rows are named by.
 */
export interface DataSubject {
  /** The customer, once for each channel that does not know that they are the same. */
  readonly customerIds: readonly string[];
  readonly identityIds: readonly string[];
  readonly threadIds: readonly string[];
  readonly turnIds: readonly string[];
  readonly bookingIds: readonly string[];
  /** As whom the business deals with the person: counterparties that are natural persons. */
  readonly counterpartyIds: readonly string[];
  /** Members of staff. */
  readonly personIds: readonly string[];
  /** E.164. */
  readonly phones: readonly string[];
  /** Addresses on channels: WhatsApp ids, visitor ids. */
  readonly addresses: readonly string[];
  /** Providers' ids of messages to and from the person. */
  readonly providerIds: readonly string[];
  /** Lanes of inbound events. */
  readonly lanes: readonly string[];
}

export type SubjectPart = Partial<DataSubject>;

export const NOBODY: DataSubject = {
  customerIds: [],
  identityIds: [],
  threadIds: [],
  turnIds: [],
  bookingIds: [],
  counterpartyIds: [],
  personIds: [],
  phones: [],
  addresses: [],
  providerIds: [],
  lanes: [],
};

const MEMBERS = Object.keys(NOBODY) as (keyof DataSubject)[];

/** All that any of them names. */
export const mergeSubjects = (...parts: readonly SubjectPart[]): DataSubject =>
  Object.fromEntries(
    MEMBERS.map((member) => [member, [...new Set(parts.flatMap((part) => part[member] ?? []))]]),
  ) as unknown as DataSubject;

/** Nothing is kept that these names lead to. */
export const isNobody = ({
  identityIds,
  threadIds,
  bookingIds,
  counterpartyIds,
  personIds,
}: DataSubject): boolean =>
  [identityIds, threadIds, bookingIds, counterpartyIds, personIds].every((ids) => ids.length === 0);

/** The ids by which events are about the person. */
export const namedInEvents = ({ threadIds, bookingIds, customerIds }: DataSubject): string[] => [
  ...threadIds,
  ...bookingIds,
  ...customerIds,
];

/** What of it may stand in texts of other rows (a stored answer, an event): long enough to mean nothing else. */
export const wordsOf = (subject: DataSubject): string[] =>
  [
    ...subject.customerIds,
    ...subject.identityIds,
    ...subject.threadIds,
    ...subject.bookingIds,
    ...subject.counterpartyIds,
    ...subject.phones,
    ...subject.addresses,
  ].filter((word) => word.length >= 6);
