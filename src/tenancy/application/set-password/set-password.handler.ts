import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DomainError } from '#libs/kernel';
import { PasswordHasher } from '#libs/security';
import { SetPasswordCommand } from '../../contracts/index.js';
import { normalEmail } from '../../domain/person.js';
import { AccountRepository } from '../../infrastructure/account.repository.js';

@CommandHandler(SetPasswordCommand)
export class SetPasswordHandler implements ICommandHandler<SetPasswordCommand> {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly hasher: PasswordHasher,
  ) {}

  async execute({ input: { email, password } }: SetPasswordCommand): Promise<{ personId: string }> {
    const personId = await this.accounts.setMemberPassword(
      normalEmail(email),
      await this.hasher.hash(password),
    );
    if (personId === null)
      throw new DomainError(
        'not-found',
        'tenancy.member_not_found',
        `${email} is no member of this business.`,
      );
    return { personId };
  }
}
