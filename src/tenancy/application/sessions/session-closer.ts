import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { SessionsEnded } from '../../contracts/index.js';
import { LoginSessionRepository } from '../../infrastructure/login-session.repository.js';

/**
 * Ends logins inside a unit of work, with the event that carries it to Redis. Answers their ids: whoever opened the unit gives them to
 * `SessionDenylist.deny` once it has committed, so that the end holds before it is answered.
 */
@Injectable()
export class SessionCloser {
  constructor(
    private readonly logins: LoginSessionRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** In this business: one login of the person, or all but one. */
  async end(personId: string, which: { only: string } | { except: string | null }): Promise<string[]> {
    return this.told(personId, await this.logins.end(personId, which, this.clock.now()));
  }

  /** In all businesses of the person. */
  async endEverywhere(personId: string, except: string | null): Promise<string[]> {
    return this.told(personId, await this.logins.endEverywhere(personId, except, this.clock.now()));
  }

  private async told(personId: string, sessionIds: string[]): Promise<string[]> {
    if (sessionIds.length > 0) await this.outbox.append(SessionsEnded.make(personId, { sessionIds }));
    return sessionIds;
  }
}
