import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { Clock, currentContext, DomainError } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { type LoginSession, LoginSessionRepository } from '../../infrastructure/login-session.repository.js';
import { SessionDenylist } from '../../infrastructure/session-gate/session-denylist.js';
import { SessionCloser } from './session-closer.js';

const DAY_MS = 86_400_000;

/** The logins of the signed-in person in this business. An end holds for access tokens before it is answered. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly logins: LoginSessionRepository,
    private readonly closer: SessionCloser,
    private readonly denylist: SessionDenylist,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  list(page: { limit: number; startingAfter?: string }): Promise<LoginSession[]> {
    const usedSince = new Date(this.clock.now().getTime() - this.settings.security.refreshTokenDays * DAY_MS);
    return this.uow.run(() => this.logins.listOpen(currentContext().actor.id, { ...page, usedSince }));
  }

  /** Error: `session.not_found` (404), also for one of somebody else. */
  async end(id: string): Promise<void> {
    const ended = await this.uow.run(() => this.closer.end(currentContext().actor.id, { only: id }));
    if (ended.length === 0) throw DomainError.notFound('session', id);
    await this.denylist.deny(ended);
  }

  async endOthers(sessionId: string): Promise<number> {
    const ended = await this.uow.run(() => this.closer.end(currentContext().actor.id, { except: sessionId }));
    await this.denylist.deny(ended);
    return ended.length;
  }
}
