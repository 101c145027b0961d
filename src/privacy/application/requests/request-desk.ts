import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#libs/audit';
import { Settings } from '#libs/config';
import { Clock, currentContext, DomainError, newId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { SubjectHasher } from '#libs/privacy';
import { RequestAccepted } from '../../contracts/events.js';
import {
  assertCancellable,
  assertWaiting,
  type DataRequest,
  type RequestKind,
  type RequestState,
  type RequestStep,
} from '../../domain/data-request.js';
import { HoldRepository } from '../../infrastructure/hold.repository.js';
import { RequestRepository } from '../../infrastructure/request.repository.js';
import { type SubjectClue, SubjectResolver } from './subject-resolver.js';

const DAY_MS = 86_400_000;

export type RequestView = DataRequest & { steps: RequestStep[]; holds: { id: string; reason: string }[] };

/** Where data-subject requests are made, read and withdrawn. */
@Injectable()
export class RequestDesk {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly requests: RequestRepository,
    private readonly holds: HoldRepository,
    private readonly subjects: SubjectResolver,
    private readonly hasher: SubjectHasher,
    private readonly outbox: Outbox,
    private readonly trail: AuditTrail,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Errors: those of the resolver, `privacy.member_not_erasable` (422), `privacy.due_by_past` (422). */
  open(input: {
    kind: RequestKind;
    subject: SubjectClue;
    reason: string;
    dueBy?: Date;
  }): Promise<RequestView> {
    return this.uow.run(async () => {
      const now = this.clock.now();
      const dueBy = input.dueBy ?? new Date(now.getTime() + this.settings.privacy.answerDays * DAY_MS);
      if (dueBy <= now)
        throw DomainError.invalid('privacy.due_by_past', '/dueBy', 'dueBy must be in the future.');
      const subject = await this.subjects.resolve(input.subject);
      const member = subject.personIds.length > 0;
      if (member && input.kind === 'erasure')
        throw DomainError.invalid(
          'privacy.member_not_erasable',
          '/subject',
          'An account of staff spans businesses: withdraw its access instead. Its data can be exported.',
        );
      const id = newId();
      const { actor } = currentContext();
      const [subjectKeys, subjectName] = [
        await this.hasher.keysOf(subject),
        await this.hasher.nameOf(subject),
      ];
      await this.requests.insert(
        {
          id,
          kind: input.kind,
          subjectKind: member ? 'member' : input.subject.counterpartyId ? 'counterparty' : 'customer',
          subjectName,
          subjectKeys,
          reason: input.reason,
          requestedBy: actor.kind === 'user' ? actor.id : null,
          dueBy,
          createdAt: now,
        },
        subject,
      );
      await this.outbox.append(RequestAccepted.make(id, { requestId: id }));
      return this.view(await this.requests.get(id));
    });
  }

  get(id: string): Promise<RequestView> {
    return this.uow.run(async () => this.view(await this.requests.get(id)));
  }

  list(page: { limit: number; startingAfter?: string; state?: RequestState }): Promise<RequestView[]> {
    return this.uow.run(async () => {
      const views: RequestView[] = [];
      for (const request of await this.requests.list(page)) views.push(await this.view(request));
      return views;
    });
  }

  /** Error: `privacy.request_not_cancellable` (409). */
  cancel(id: string): Promise<RequestView> {
    return this.change(id, 'cancelled', assertCancellable);
  }

  /** Gives a request that waited for a hold another turn. Error: `privacy.request_not_waiting` (409). */
  resume(id: string): Promise<RequestView> {
    return this.change(id, 'pending', assertWaiting);
  }

  /** Error: `privacy.no_receipt` (404). */
  receipt(id: string): Promise<Record<string, unknown>> {
    return this.uow.run(async () => {
      await this.requests.get(id);
      const receipt = await this.requests.receipt(id);
      if (receipt) return receipt;
      throw new DomainError(
        'not-found',
        'privacy.no_receipt',
        'The request has no receipt yet: see its state.',
      );
    });
  }

  /** Showing it is an entry of the audit trail. Errors: `privacy.no_export` (404). */
  download(id: string, part: 'document' | 'summary'): Promise<string> {
    return this.uow.run(async () => {
      const { exportExpiresAt } = await this.requests.get(id);
      if (!exportExpiresAt || exportExpiresAt <= this.clock.now())
        throw new DomainError(
          'not-found',
          'privacy.no_export',
          'There is no export, not yet or not any more.',
        );
      let text = '';
      for await (const piece of this.requests.read(id, part)) text += piece;
      this.trail.recordRead('privacy-export', id, { part });
      return text;
    });
  }

  private change(id: string, to: RequestState, check: (request: DataRequest) => void): Promise<RequestView> {
    return this.uow.run(async () => {
      check(await this.requests.lock(id));
      await this.requests.setState(id, to, this.clock.now());
      if (to === 'pending') await this.outbox.append(RequestAccepted.make(id, { requestId: id }));
      return this.view(await this.requests.get(id));
    });
  }

  private async view(request: DataRequest): Promise<RequestView> {
    const waits = request.state === 'refused_by_hold' || request.state === 'partially_completed';
    const holds = waits ? await this.holds.over(request.subjectKeys, this.clock.now()) : [];
    return {
      ...request,
      steps: await this.requests.steps(request.id),
      holds: holds.map(({ id, reason }) => ({ id, reason })),
    };
  }
}
