import { Injectable } from '@nestjs/common';
import { Clock, currentContext, DomainError, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { type DataClass, SubjectHasher } from '#libs/privacy';
import type { LegalHold } from '../../domain/data-request.js';
import { HoldRepository } from '../../infrastructure/hold.repository.js';
import { RequestRepository } from '../../infrastructure/request.repository.js';
import { type SubjectClue, SubjectResolver } from '../requests/subject-resolver.js';

const me = (): string | null => {
  const { actor } = currentContext();
  return actor.kind === 'user' ? actor.id : null;
};

/** Where legal holds are placed and lifted. A hold wins over erasure and retention from its answer on. */
@Injectable()
export class HoldDesk {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly holds: HoldRepository,
    private readonly requests: RequestRepository,
    private readonly subjects: SubjectResolver,
    private readonly hasher: SubjectHasher,
    private readonly clock: Clock,
  ) {}

  /** Errors: those of the resolver, `privacy.hold_until_past` (422). */
  place(input: {
    subject: SubjectClue;
    dataClasses?: DataClass[];
    reason: string;
    authority: string;
    until?: Date;
  }): Promise<LegalHold> {
    return this.uow.run(async () => {
      // Whatever deletes just now ends first.
      await this.holds.gate('hold');
      const now = this.clock.now();
      if (input.until && input.until <= now)
        throw DomainError.invalid('privacy.hold_until_past', '/until', 'until must be in the future.');
      // An erasure has cut off whom it is about before the rest is gone.
      const subject = await this.subjects.resolve(input.subject, await this.requests.beingErased());
      const id = newId();
      const [subjectKeys, subjectName] = [
        await this.hasher.keysOf(subject),
        await this.hasher.nameOf(subject),
      ];
      await this.holds.insert(
        {
          id,
          subjectName,
          subjectKeys,
          dataClasses: input.dataClasses ?? null,
          reason: input.reason,
          authority: input.authority,
          until: input.until ?? null,
          placedAt: now,
          placedBy: me(),
        },
        subject,
      );
      return this.holds.get(id);
    });
  }

  list(page: { limit: number; startingAfter?: string }): Promise<LegalHold[]> {
    return this.uow.run(() => this.holds.list(page));
  }

  get(id: string): Promise<LegalHold> {
    return this.uow.run(() => this.holds.get(id));
  }

  /** Answers the requests that waited for it too: they can be resumed. Error: `privacy.hold_lifted` (409). */
  lift(id: string, reason: string): Promise<LegalHold & { waitingRequestIds: string[] }> {
    return this.uow.run(async () => {
      const { subjectKeys } = await this.holds.get(id);
      if (!(await this.holds.lift(id, me(), reason, this.clock.now())))
        throw new DomainError('conflict', 'privacy.hold_lifted', 'This hold was lifted before.');
      const waiting = await this.requests.waiting(subjectKeys);
      return { ...(await this.holds.get(id)), waitingRequestIds: waiting.map((request) => request.id) };
    });
  }
}
