export * from './address.js';
export * from './letter.js';
export * from './mail.module.js';
export * from './mailer.js';
export * from './staff-mail.handler.js';
export * from './staff-mailer.js';
export { smtpFailure } from './transports/smtp-mailer.js';
