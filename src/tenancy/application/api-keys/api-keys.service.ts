import { Injectable } from '@nestjs/common';
import { Clock, currentContext, currentTenant, DomainError, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { hashToken, type PermissionName, randomToken } from '#libs/security';
import { apiKeyOf, prefixOf } from '../../domain/api-key.js';
import { ApiKeyRepository, type ApiKeyView } from '../../infrastructure/api-keys/api-key.repository.js';
import { allowedNetwork } from './allowed-network.js';

export type MadeApiKey = ApiKeyView & { secret: string };

/** What no key may do: a leaked one could make itself at home. */
const PEOPLE_ONLY: readonly PermissionName[] = ['members:write', 'roles:write', 'api-keys:write'];

/** Keys of programs. Errors: `api-key.not_found` (404). */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly keys: ApiKeyRepository,
    private readonly clock: Clock,
  ) {}

  /** Errors: `tenancy.key_scopes_exceed_own` (403), `tenancy.key_scope_refused`, `tenancy.key_network_invalid`, `tenancy.key_expiry_past` (422). */
  create(input: {
    name: string;
    scopes: readonly PermissionName[];
    allowedNetworks?: readonly string[];
    expiresAt?: Date;
  }): Promise<MadeApiKey> {
    assertMayGrant(input.scopes);
    const allowedNetworks = (input.allowedNetworks ?? []).map(allowedNetwork);
    if (input.expiresAt && input.expiresAt <= this.clock.now())
      throw DomainError.invalid('tenancy.key_expiry_past', '/expiresAt', 'expiresAt must be in the future.');
    return this.uow.run(() =>
      this.make({
        name: input.name,
        scopes: [...new Set(input.scopes)],
        allowedNetworks,
        expiresAt: input.expiresAt ?? null,
      }),
    );
  }

  list(page: { limit: number; startingAfter?: string }): Promise<ApiKeyView[]> {
    return this.uow.run(() => this.keys.list(page));
  }

  get(id: string): Promise<ApiKeyView> {
    return this.uow.run(() => this.one(id));
  }

  /**
   * A key that does the same, and expires when it would have; the old one is good for `graceSeconds` more. Errors: `tenancy.key_over`
   * (409), those of `create`.
   */
  rotate(id: string, graceSeconds: number): Promise<MadeApiKey> {
    return this.uow.run(async () => {
      const old = await this.one(id, 'FOR UPDATE');
      if (old.expiresAt && old.expiresAt <= this.clock.now())
        throw new DomainError(
          'conflict',
          'tenancy.key_over',
          'This key has expired, and so would what replaces it: make another.',
        );
      if (old.revokedAt || old.rotatedTo)
        throw new DomainError('conflict', 'tenancy.key_over', 'This key was revoked or replaced before.');
      assertMayGrant(old.scopes);
      const made = await this.make(old);
      const until = new Date(this.clock.now().getTime() + graceSeconds * 1000);
      await this.keys.replace(id, made.id, graceSeconds === 0 ? null : until);
      return made;
    });
  }

  revoke(id: string): Promise<void> {
    return this.uow.run(async () => {
      await this.one(id, 'FOR UPDATE');
      await this.keys.revoke(id, this.clock.now());
    });
  }

  private async make(
    input: Pick<ApiKeyView, 'name' | 'scopes' | 'allowedNetworks' | 'expiresAt'>,
  ): Promise<MadeApiKey> {
    const random = randomToken();
    const secret = apiKeyOf(currentTenant(), random);
    const id = newId();
    await this.keys.insert(
      {
        ...input,
        id,
        prefix: prefixOf(random),
        createdBy: currentContext().actor.id,
        createdAt: this.clock.now(),
      },
      hashToken(secret),
    );
    return { ...(await this.one(id)), secret };
  }

  private async one(id: string, locking: '' | 'FOR UPDATE' = ''): Promise<ApiKeyView> {
    const key = await this.keys.find(id, locking);
    if (!key) throw DomainError.notFound('api-key', id);
    return key;
  }
}

const assertMayGrant = (scopes: readonly PermissionName[]): void => {
  const refused = scopes.find((scope) => PEOPLE_ONLY.includes(scope));
  if (refused)
    throw DomainError.invalid('tenancy.key_scope_refused', '/scopes', `No API key may have ${refused}.`);
  const { actor } = currentContext();
  const own = 'permissions' in actor ? actor.permissions : new Set<string>();
  const beyond = scopes.find((scope) => !own.has(scope));
  if (beyond)
    throw new DomainError(
      'forbidden',
      'tenancy.key_scopes_exceed_own',
      `You cannot give a key what you may not do yourself: ${beyond}.`,
    );
};
