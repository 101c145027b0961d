import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DomainError } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { PasswordHasher } from '#libs/security';
import { SetPasswordCommand } from '../../contracts/index.js';

@CommandHandler(SetPasswordCommand)
export class SetPasswordHandler implements ICommandHandler<SetPasswordCommand> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly hasher: PasswordHasher,
  ) {}

  async execute({ input: { email, password } }: SetPasswordCommand): Promise<{ personId: string }> {
    const [row] = await this.uow.query<{ person_id: string }>('SELECT * FROM set_member_password($1, $2)', [
      email,
      await this.hasher.hash(password),
    ]);
    if (!row)
      throw new DomainError(
        'not-found',
        'tenancy.member_not_found',
        `${email} is no member of this business.`,
      );
    return { personId: row.person_id };
  }
}
