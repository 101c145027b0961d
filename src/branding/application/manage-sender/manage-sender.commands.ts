import { Command, Query } from '@nestjs/cqrs';
import type { Sender, SenderFields } from '../../domain/sender.js';

export interface SenderView extends Sender {
  /** Whether mails carry `fromAddress` now; if not, the installation's own, and answers go to `replyTo` or `fromAddress`. */
  readonly fromAddressInUse: boolean;
}

export class ReadSenderQuery extends Query<SenderView> {}

/**
 * `password`: undefined keeps the one that is there (of the same server and user), null takes it away.
 * Errors: `branding.sender_changed` (stale), `branding.sender_domain_unverified`, `branding.smtp_host_refused`,
 * `branding.smtp_password_missing` (invalid).
 */
export class UpdateSenderCommand extends Command<SenderView> {
  constructor(
    readonly fields: SenderFields,
    readonly password: string | null | undefined,
    readonly expectedVersion?: number,
  ) {
    super();
  }
}
