import { Injectable } from '@nestjs/common';
import { DomainError } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import type { RoleId } from '#libs/security';
import { MemberLeft, MemberRoleChanged } from '../../contracts/index.js';
import { SessionDenylist } from '../../infrastructure/session-gate/session-denylist.js';
import { type Member, TenantRepository } from '../../infrastructure/tenant.repository.js';
import { Grants } from '../roles/grants.js';
import { SessionCloser } from '../sessions/session-closer.js';

/**
 * Who has access to the business of the context. A role that changes ends the member's logins: no token lives on with what it could
 * do before. Errors: `member.not_found` (404), `tenancy.last_owner` (409).
 */
@Injectable()
export class MembersService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantRepository,
    private readonly closer: SessionCloser,
    private readonly denylist: SessionDenylist,
    private readonly outbox: Outbox,
    private readonly grants: Grants,
  ) {}

  list(page: { limit: number; startingAfter?: string }): Promise<Member[]> {
    return this.uow.run(() => this.tenants.listMembers(page));
  }

  /** Errors: those of `Grants`. */
  async changeRole(personId: string, role: RoleId): Promise<Member> {
    const { member, ended } = await this.uow.run(async () => {
      await this.grants.assertMayGrant(role);
      const before = await this.one(personId);
      await this.grants.assertMayGrant(before.role);
      if (before.role === role) return { member: before, ended: [] };
      if ((await this.tenants.changeRole(personId, role)) === 'last-owner') throw lastOwner();
      await this.outbox.append(MemberRoleChanged.make(personId, { personId, from: before.role, to: role }));
      return {
        member: { ...before, role },
        ended: await this.closer.end(personId, { except: null }),
      };
    });
    await this.denylist.deny(ended);
    return member;
  }

  /** Error: `tenancy.role_exceeds_own` (403). */
  async remove(personId: string): Promise<void> {
    const ended = await this.uow.run(async () => {
      await this.grants.assertMayGrant((await this.one(personId)).role);
      const sessions = await this.closer.end(personId, { except: null });
      if ((await this.tenants.removeMember(personId)) === 'last-owner') throw lastOwner();
      await this.outbox.append(MemberLeft.make(personId, { personId }));
      return sessions;
    });
    await this.denylist.deny(ended);
  }

  /** All logins of the member here, on every device; answers how many. Error: `tenancy.role_exceeds_own` (403). */
  async endSessions(personId: string): Promise<number> {
    const ended = await this.uow.run(async () => {
      await this.grants.assertMayGrant((await this.one(personId)).role);
      return this.closer.end(personId, { except: null });
    });
    await this.denylist.deny(ended);
    return ended.length;
  }

  private async one(personId: string): Promise<Member> {
    const member = await this.tenants.getMember(personId);
    if (!member) throw DomainError.notFound('member', personId);
    return member;
  }
}

const lastOwner = (): DomainError =>
  new DomainError(
    'conflict',
    'tenancy.last_owner',
    'This is the only owner: make somebody else an owner first.',
  );
