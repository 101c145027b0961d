import type { EffectiveSender } from './branding.queries.js';

export interface OutgoingMail {
  readonly from: { readonly name: string; readonly address: string };
  readonly replyTo: string | null;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
}

/**
 * Sends through a business's own SMTP server, which no private network hides behind. Not inside a unit of work.
 * Errors: `branding.smtp_host_refused` (422), `ProviderError` of `smtp`.
 */
export abstract class SmtpTransports {
  abstract send(
    server: NonNullable<EffectiveSender['smtp']>,
    mail: OutgoingMail,
  ): Promise<{ messageId: string }>;
}
