import type { SendMailOptions } from 'nodemailer';
import type { Address, Mail } from './mailer.js';

const boxOf = ({ address, name }: Address) => ({ address, name: name ?? '' });

/** The mail as nodemailer takes it. It answers no file and no URL: what is in a text stays a text. */
export const composed = (mail: Mail, sender: Address): SendMailOptions => {
  const from = mail.from ?? sender;
  const domain = from.address.split('@').at(-1) ?? 'localhost';
  return {
    messageId: `<${mail.id}@${domain}>`,
    from: boxOf(from),
    to: boxOf(mail.to),
    ...(mail.replyTo ? { replyTo: boxOf(mail.replyTo) } : {}),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    // RFC 3834: nobody's out-of-office answers a machine.
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
};
