import { Injectable } from '@nestjs/common';
import { FindCustomersQuery } from '#contracts/conversations';
import { IsPersonQuery } from '#contracts/kyb';
import { FindMemberQuery } from '#contracts/tenancy';
import { DomainError } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import {
  type DataSubject,
  isNobody,
  mergeSubjects,
  PersonalDataStores,
  type SubjectPart,
} from '#libs/privacy';

export interface SubjectClue {
  readonly customerId?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly channelId?: string;
  readonly address?: string;
  /** One that is a natural person. */
  readonly counterpartyId?: string;
}

const isNamedBy =
  ({ customerId = '', phone = '', address = '' }: SubjectClue) =>
  ({ customerIds, phones, addresses }: DataSubject): boolean =>
    customerIds.includes(customerId) || phones.includes(phone) || addresses.includes(address);

/** Finds the one person that a request or a hold means. */
@Injectable()
export class SubjectResolver {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly stores: PersonalDataStores,
  ) {}

  /**
   * `others`: people who may not be found by their names any more, of whom something may be left.
   * Errors: `privacy.subject_invalid` (422), `privacy.subject_not_found` (404), `privacy.subject_ambiguous` (409, with `candidates`).
   */
  async resolve(clue: SubjectClue, others: readonly DataSubject[] = []): Promise<DataSubject> {
    const meant = others.filter(isNamedBy(clue));
    const subject = await this.stores.locate(mergeSubjects(await this.start(clue), ...meant));
    if (isNobody(subject))
      throw new DomainError('not-found', 'privacy.subject_not_found', 'Nothing is held about such a person.');
    return subject;
  }

  private async start(clue: SubjectClue): Promise<SubjectPart> {
    const { customerId, phone, email, channelId, address, counterpartyId } = clue;
    const given = [customerId, phone, email, address, counterpartyId].filter(
      (value) => value !== undefined,
    ).length;
    if (given !== 1 || (address === undefined) !== (channelId === undefined))
      throw DomainError.invalid(
        'privacy.subject_invalid',
        '/subject',
        'Name the person in one way: customerId, phone, email, counterpartyId, or channelId with address.',
      );
    if (email !== undefined) {
      const id = await this.dispatcher.ask(new FindMemberQuery(email));
      return { personIds: id ? [id] : [] };
    }
    if (counterpartyId !== undefined)
      return (await this.dispatcher.ask(new IsPersonQuery(counterpartyId)))
        ? { counterpartyIds: [counterpartyId] }
        : {};
    if (phone !== undefined) return { phones: [phone], customerIds: await this.customers({ phone }) };
    if (customerId !== undefined)
      return this.dispatcher.ask(new FindCustomersQuery({ customerId })).then((found) => ({
        customerIds: [customerId, ...found.map((each) => each.customerId)],
      }));
    return { customerIds: await this.customers({ channelId: channelId ?? '', address: address ?? '' }) };
  }

  /** One number on several channels is one person; one that moved on, or two customers of one channel, are not. */
  private async customers(by: { phone: string } | { channelId: string; address: string }): Promise<string[]> {
    const found = await this.dispatcher.ask(new FindCustomersQuery(by));
    const channels = new Set(found.map(({ channelId }) => channelId));
    const people = new Set(found.map(({ customerId }) => customerId));
    if (people.size > 1 && (channels.size < found.length || found.some(({ live }) => !live)))
      throw new DomainError(
        'conflict',
        'privacy.subject_ambiguous',
        'This may be several people. Ask again with the customerId of the one you mean.',
        {
          facts: {
            candidates: found.map(({ customerId, channelId, live, createdAt }) => ({
              customerId,
              channelId,
              current: live,
              since: createdAt.toISOString(),
            })),
          },
        },
      );
    return [...people];
  }
}
