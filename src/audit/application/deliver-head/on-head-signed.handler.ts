import { Injectable } from '@nestjs/common';
import { currentTenant, type DomainEvent } from '#libs/kernel';
import { EventHandler, HandlesEvent } from '#libs/messaging';
import { AuditHeadSigned } from '../../contracts/index.js';
import { HeadsFile } from '../../infrastructure/heads-file.js';

/** Takes a signed head off the system, where AUDIT_HEADS_PATH says. At least once. */
@Injectable()
@HandlesEvent({ event: AuditHeadSigned, name: 'audit.deliver-head' })
export class DeliverHead extends EventHandler {
  constructor(private readonly file: HeadsFile) {
    super();
  }

  handle(event: DomainEvent): Promise<void> {
    return this.file.append({ tenantId: currentTenant(), ...AuditHeadSigned.payloadOf(event) });
  }
}
