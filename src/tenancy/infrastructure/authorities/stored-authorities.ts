import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { runInContext } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { Authorities, type Authority, isRole, permissionsOf, type RoleId } from '#libs/security';
import { RoleRepository } from './role.repository.js';
import { TeamRepository } from './team.repository.js';

/** A role or a team that was changed counts as it was for as long as this. */
const CACHE_MS = 1_000;
const CACHED = 10_000;

interface Found {
  /** null: there is no such role. */
  readonly authority: Authority | null;
}

interface Member {
  readonly tenantId: string;
  readonly personId: string;
  readonly role: RoleId;
}

/** Built-in roles are known without a look; those of a business, and teams, are looked up at most once a second for each member. */
@Injectable()
export class StoredAuthorities extends Authorities {
  private readonly found = new LRUCache<string, Found>({ max: CACHED, ttl: CACHE_MS });

  constructor(
    private readonly uow: UnitOfWork,
    private readonly roles: RoleRepository,
    private readonly teams: TeamRepository,
  ) {
    super();
  }

  async of(member: Member, traceId: string): Promise<Authority | null> {
    if (isRole(member.role)) return { permissions: permissionsOf(member.role) };
    const key = `${member.tenantId} ${member.personId} ${member.role}`;
    let found = this.found.get(key);
    if (!found) {
      found = { authority: await this.read(member, traceId) };
      this.found.set(key, found);
    }
    return found.authority;
  }

  /** What was changed here counts here at once. */
  forget(): void {
    this.found.clear();
  }

  private read({ tenantId, personId, role: id }: Member, traceId: string): Promise<Authority | null> {
    const context = { tenantId, actor: { kind: 'system', id: 'authorities' }, traceId } as const;
    return runInContext(context, () =>
      this.uow.run(async () => {
        const role = await this.roles.find(id);
        if (!role) return null;
        const permissions = new Set(role.permissions);
        if (role.dataScope === 'all') return { permissions };
        const own = { personIds: [personId], teamIds: [] };
        if (role.dataScope === 'mine') return { permissions, dataScope: own };
        const { teamIds, personIds } = await this.teams.around(personId);
        return { permissions, dataScope: { teamIds, personIds: [...new Set([personId, ...personIds])] } };
      }),
    );
  }
}
