import { Injectable } from '@nestjs/common';
import { DomainError, isId, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import {
  type RoleDraft,
  RoleRepository,
  type RoleView,
} from '../../infrastructure/authorities/role.repository.js';
import { StoredAuthorities } from '../../infrastructure/authorities/stored-authorities.js';
import { Grants } from './grants.js';
import { assertRole, builtInRoles, MOST_ROLES } from './role-rules.js';

/**
 * The roles of the business of the context. A change counts for everybody who has the role, within a second. Errors:
 * `role.not_found` (404); of writes also `tenancy.role_exceeds_own` (403), and those of `assertRole`.
 */
@Injectable()
export class RolesService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly roles: RoleRepository,
    private readonly grants: Grants,
    private readonly authorities: StoredAuthorities,
  ) {}

  /** The built-in roles first, then the others by name. */
  list(): Promise<RoleView[]> {
    return this.uow.run(async () => [...(await this.builtIn()), ...(await this.roles.list())]);
  }

  get(id: string): Promise<RoleView> {
    return this.uow.run(async () => {
      const role = (await this.builtIn()).find((each) => each.id === id) ?? (await this.own(id));
      if (!role) throw DomainError.notFound('role', id);
      return role;
    });
  }

  /** Errors: `tenancy.role_name_taken`, `tenancy.too_many_roles` (409). */
  create(draft: RoleDraft): Promise<RoleView> {
    assertRole(draft);
    this.grants.assertOwn(draft.permissions);
    return this.uow.run(async () => {
      if ((await this.roles.list()).length >= MOST_ROLES)
        throw new DomainError(
          'conflict',
          'tenancy.too_many_roles',
          `A business has at most ${MOST_ROLES} roles of its own: delete one that nobody has.`,
        );
      const id = newId();
      if (!(await this.roles.insert(id, draft))) throw nameTaken();
      return this.one(id);
    });
  }

  /** What is left out stays. Errors: `tenancy.role_built_in`, `tenancy.role_name_taken` (409), `role.changed` (412). */
  async change(id: string, patch: Partial<RoleDraft>, expectedVersion?: number): Promise<RoleView> {
    const changed = await this.uow.run(async () => {
      const role = await this.unchanged(id, expectedVersion);
      const draft: RoleDraft = {
        name: patch.name ?? role.name,
        description: patch.description ?? role.description,
        permissions: patch.permissions ?? role.permissions,
        dataScope: patch.dataScope ?? role.dataScope,
      };
      assertRole(draft);
      this.grants.assertOwn(new Set([...role.permissions, ...draft.permissions]));
      if (!(await this.roles.save(id, draft))) throw nameTaken();
      return this.one(id);
    });
    this.authorities.forget();
    return changed;
  }

  /** Errors: `tenancy.role_built_in`, `tenancy.role_in_use` (409), `role.changed` (412). */
  async remove(id: string, expectedVersion?: number): Promise<void> {
    await this.uow.run(async () => {
      const role = await this.unchanged(id, expectedVersion);
      this.grants.assertOwn(role.permissions);
      if (await this.roles.isInUse(id))
        throw new DomainError(
          'conflict',
          'tenancy.role_in_use',
          'A member has this role, or an invitation offers it: give them another one first.',
        );
      await this.roles.remove(id);
    });
    this.authorities.forget();
  }

  private async builtIn(): Promise<RoleView[]> {
    const members = await this.roles.builtInMembers();
    return builtInRoles((id) => members.get(id) ?? 0);
  }

  private own(id: string, locking: '' | 'FOR UPDATE' = ''): Promise<RoleView | null> {
    return isId(id) ? this.roles.find(id, locking) : Promise.resolve(null);
  }

  private async unchanged(id: string, expectedVersion: number | undefined): Promise<RoleView> {
    const role = await this.locked(id);
    if (expectedVersion !== undefined && expectedVersion !== role.version)
      throw new DomainError('stale', 'role.changed', 'The role changed since you read it; read it again.');
    return role;
  }

  private async locked(id: string): Promise<RoleView> {
    const role = await this.own(id, 'FOR UPDATE');
    if (role) return role;
    if (builtInRoles(() => 0).some((each) => each.id === id))
      throw new DomainError(
        'conflict',
        'tenancy.role_built_in',
        'Every business has this role as it is: make one of your own.',
      );
    throw DomainError.notFound('role', id);
  }

  private async one(id: string): Promise<RoleView> {
    const role = await this.roles.find(id);
    if (!role) throw new Error(`role ${id} has vanished inside its own transaction`);
    return role;
  }
}

const nameTaken = (): DomainError =>
  new DomainError('conflict', 'tenancy.role_name_taken', 'Another role of the business has this name.');
