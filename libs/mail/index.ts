export * from './address.js';
export * from './mail.module.js';
export * from './mailer.js';
export { smtpFailure } from './transports/smtp-mailer.js';
