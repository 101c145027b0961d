import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { headBytes } from '#libs/audit';
import { Clock, currentTenant, newId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { Signer } from '#libs/security';
import { AuditHeadSigned } from '../../contracts/index.js';
import { AuditHeadRepository, type KeptHead } from '../../infrastructure/audit-head.repository.js';
import { SignHeadCommand } from './sign-head.command.js';

@CommandHandler(SignHeadCommand)
export class SignHeadHandler implements ICommandHandler<SignHeadCommand> {
  constructor(
    private readonly heads: AuditHeadRepository,
    private readonly signer: Signer,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<KeptHead | null> {
    const end = await this.heads.lockEnd();
    if (!end) return null;
    const last = await this.heads.last();
    const facts = {
      tenantId: currentTenant(),
      number: (last?.number ?? 0) + 1,
      sequence: end.seq,
      hash: end.hash.toString('hex'),
      mac: end.mac.toString('hex'),
      at: this.clock.now().toISOString(),
    };
    if (last?.sequence === facts.sequence && last.hash === facts.hash) return last;
    const head: KeptHead = { id: newId(), ...facts, ...this.signer.sign(headBytes(facts)) };
    await this.heads.insert(head);
    const { id, tenantId: _, ...told } = head;
    await this.outbox.append(AuditHeadSigned.make(id, told));
    return head;
  }
}
