import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { Clock, currentContext, DomainError } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { type LoginSession, LoginSessionRepository } from '../../infrastructure/login-session.repository.js';
import { SessionDenylist } from '../../infrastructure/session-gate/session-denylist.js';
import { Reauthentication } from '../account/reauthentication.js';
import { SessionCloser } from './session-closer.js';

const DAY_MS = 86_400_000;

/**
 * The logins of the signed-in person in this business. Who holds a stolen token shall not put the person out: ending asks for one factor
 * (OWASP ASVS 5.0, 7.5.2). An end holds for access tokens before it is answered.
 */
@Injectable()
export class SessionsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly logins: LoginSessionRepository,
    private readonly closer: SessionCloser,
    private readonly denylist: SessionDenylist,
    private readonly reauthentication: Reauthentication,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  list(page: { limit: number; startingAfter?: string }): Promise<LoginSession[]> {
    const usedSince = new Date(this.clock.now().getTime() - this.settings.security.refreshTokenDays * DAY_MS);
    return this.uow.run(() => this.logins.listOpen(currentContext().actor.id, { ...page, usedSince }));
  }

  /** Errors: those of `Reauthentication.password`, `session.not_found` (404), also for one of somebody else. */
  async end(id: string, password: string): Promise<void> {
    await this.reauthentication.password(password);
    const ended = await this.uow.run(() => this.closer.end(currentContext().actor.id, { only: id }));
    if (ended.length === 0) throw DomainError.notFound('session', id);
    await this.denylist.deny(ended);
  }

  /** Errors: those of `Reauthentication.password`. */
  async endOthers(sessionId: string, password: string): Promise<number> {
    await this.reauthentication.password(password);
    const ended = await this.uow.run(() => this.closer.end(currentContext().actor.id, { except: sessionId }));
    await this.denylist.deny(ended);
    return ended.length;
  }
}
