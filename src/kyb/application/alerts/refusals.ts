import { IsMemberQuery } from '#contracts/tenancy';
import { currentContext, DomainError } from '#libs/kernel';
import type { Dispatcher } from '#libs/messaging';

/** A key is nobody: who makes one would be two people. Error: `kyb.person_needed` (403). */
export const assertPerson = (): void => {
  if (currentContext().actor.kind !== 'user')
    throw new DomainError(
      'forbidden',
      'kyb.person_needed',
      'Only a person who has signed in can say what an alert is.',
    );
};

/** Error: `kyb.assignee_unknown` (422). */
export const assertMember = async (dispatcher: Dispatcher, personId: string | null): Promise<void> => {
  if (personId !== null && !(await dispatcher.ask(new IsMemberQuery(personId))))
    throw DomainError.invalid(
      'kyb.assignee_unknown',
      '/assigneeId',
      'assigneeId must be a member of the business.',
    );
};

/** Error: `kyb.alert_changed` or `kyb.case_changed` (412). */
export const assertVersion = (
  what: 'alert' | 'case',
  { version }: { version: number },
  expected: number | undefined,
): void => {
  if (expected !== undefined && expected !== version)
    throw new DomainError(
      'stale',
      `kyb.${what}_changed`,
      `Somebody has changed the ${what} since you read it. Read it again.`,
      { facts: { version } },
    );
};
