import { Inject, Injectable, Optional } from '@nestjs/common';
import { GetSenderQuery, SmtpTransports } from '#contracts/branding';
import { type Mail, Mailer } from '#libs/mail';
import { Dispatcher } from '#libs/messaging';

/**
 * Sends what the business itself writes to somebody, an invitation for one, as its own sender: by its address and its server where it has
 * them. What an account's owner asked of the installation goes by `Mailer`. Not inside a unit of work. Errors: those of both.
 */
@Injectable()
export class BusinessPost {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly mailer: Mailer,
    /** Missing where tenancy runs without branding, as in tests of its own. */
    @Optional() @Inject(SmtpTransports) private readonly transports: SmtpTransports | undefined,
  ) {}

  async send(mail: Mail): Promise<void> {
    if (!this.transports) return this.mailer.send(mail);
    const { from, replyTo, smtp } = await this.dispatcher.ask(new GetSenderQuery());
    const sender = from.address === null ? null : { name: from.name, address: from.address };
    if (smtp && sender) {
      const { to, subject, text, html } = mail;
      await this.transports.send(smtp, { from: sender, replyTo, to: to.address, subject, text, html });
      return;
    }
    await this.mailer.send({
      ...mail,
      ...(sender ? { from: sender } : {}),
      ...(replyTo === null ? {} : { replyTo: { address: replyTo } }),
    });
  }
}
