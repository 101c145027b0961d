import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock, currentTenant, DomainError } from '#libs/kernel';
import { CreateTenantCommand } from '../../contracts/index.js';
import { assertTenantProfile } from '../../domain/tenant-profile.js';
import { TenantRepository } from '../../infrastructure/tenant.repository.js';
import { Membership } from '../membership.js';

@CommandHandler(CreateTenantCommand)
export class CreateTenantHandler implements ICommandHandler<CreateTenantCommand> {
  constructor(
    private readonly tenants: TenantRepository,
    private readonly membership: Membership,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: CreateTenantCommand): Promise<{ tenantId: string; ownerId: string }> {
    const { owner, ...profile } = input;
    assertTenantProfile(profile);
    if (!(await this.tenants.insert(profile, this.clock.now()))) {
      throw new DomainError(
        'conflict',
        'tenancy.tenant_taken',
        `The business ${profile.slug} exists: choose another slug.`,
      );
    }
    return { tenantId: currentTenant(), ownerId: await this.membership.grant(owner, 'owner') };
  }
}
