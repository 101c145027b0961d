import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#libs/kernel';
import { PasswordHasher, type Role } from '#libs/security';
import { assertNewPerson, normalEmail } from '../domain/person.js';
import { TenantRepository } from '../infrastructure/tenant.repository.js';

/** Gives people access to the tenant of the context. */
@Injectable()
export class Membership {
  constructor(
    private readonly tenants: TenantRepository,
    private readonly hasher: PasswordHasher,
    private readonly clock: Clock,
  ) {}

  /** Answers the person's id. Errors: `tenancy.person_invalid`. */
  async grant(person: { email: string; name: string; password: string }, role: Role): Promise<string> {
    assertNewPerson(person);
    const now = this.clock.now();
    const personId = await this.tenants.registerPerson(
      {
        id: newId(),
        email: normalEmail(person.email),
        name: person.name,
        passwordHash: await this.hasher.hash(person.password),
      },
      now,
    );
    await this.tenants.addMember(newId(), personId, role, now);
    return personId;
  }
}
