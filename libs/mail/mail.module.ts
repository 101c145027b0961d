import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Settings } from '#libs/config';
import { Clock } from '#libs/kernel';
import { parseAddress } from './address.js';
import { Mailer } from './mailer.js';
import { FileMailer } from './transports/file-mailer.js';
import { SendGridMailer } from './transports/sendgrid-mailer.js';
import { StaffMailer } from './staff-mailer.js';
import { SmtpMailer } from './transports/smtp-mailer.js';

/** SendGrid with a key, else SMTP with a URL, else files. */
export const mailerOf = ({ mail, process }: Pick<Settings, 'mail' | 'process'>, clock: Clock): Mailer => {
  const sender = parseAddress(mail.from);
  const { timeoutMs } = mail;
  if (mail.sendgridApiKey !== null)
    return new SendGridMailer(
      { baseUrl: mail.sendgridUrl, apiKey: mail.sendgridApiKey, timeoutMs },
      sender,
      clock,
    );
  if (mail.smtpUrl !== null) return new SmtpMailer(mail.smtpUrl, sender, timeoutMs);
  return new FileMailer(join(process.dataDir, 'mail'), sender, clock);
};

@Module({
  providers: [{ provide: Mailer, inject: [Settings, Clock], useFactory: mailerOf }, StaffMailer],
  exports: [Mailer, StaffMailer],
})
export class MailModule {}
