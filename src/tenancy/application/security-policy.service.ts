import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { currentTenant, DomainError } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { TenantRepository } from '../infrastructure/tenant.repository.js';

export interface SecurityPolicy {
  mfaRequired: boolean;
  version: number;
}

/** What the business of the context asks of its members. */
@Injectable()
export class SecurityPolicyService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantRepository,
    private readonly settings: Settings,
  ) {}

  /** As it counts: what the installation asks for is asked for. */
  get(): Promise<SecurityPolicy> {
    return this.uow.run(async () => this.effective(await this.read()));
  }

  /** Counts for a login from its next refresh on. Error: `tenancy.policy_stale` (412). */
  change(patch: { mfaRequired?: boolean }, expectedVersion: number | undefined): Promise<SecurityPolicy> {
    return this.uow.run(async () => {
      const mfaRequired = patch.mfaRequired ?? (await this.read()).mfaRequired;
      if (!(await this.tenants.saveSecurity(mfaRequired, expectedVersion)))
        throw new DomainError(
          'stale',
          'tenancy.policy_stale',
          'The policy was changed since: read it again.',
        );
      return this.effective(await this.read());
    });
  }

  private effective({ mfaRequired, version }: SecurityPolicy): SecurityPolicy {
    return { mfaRequired: mfaRequired || this.settings.accounts.mfaRequired, version };
  }

  private async read(): Promise<SecurityPolicy> {
    const policy = await this.tenants.findSecurity();
    if (!policy) throw DomainError.notFound('tenant', currentTenant());
    return policy;
  }
}
