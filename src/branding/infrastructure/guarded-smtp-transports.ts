import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { Settings } from '#libs/config';
import { ProviderError } from '#libs/kernel';
import { type EffectiveSender, type OutgoingMail, SmtpTransports } from '../contracts/index.js';
import { SmtpGuard } from './smtp-guard.js';

/** nodemailer's codes: the server was not reached, or not in time; who we say we are was not believed. */
const TRANSIENT = new Set(['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EDNS', 'ECONNREFUSED', 'ECONNRESET']);

@Injectable()
export class GuardedSmtpTransports extends SmtpTransports {
  constructor(
    private readonly guard: SmtpGuard,
    private readonly settings: Settings,
  ) {
    super();
  }

  async send(
    server: NonNullable<EffectiveSender['smtp']>,
    mail: OutgoingMail,
  ): Promise<{ messageId: string }> {
    const address = await this.guard.addressOf(server.host, server.port);
    const { timeoutMs } = this.settings.sender;
    const transport = createTransport({
      host: address,
      port: server.port,
      secure: server.security === 'tls',
      // A password never goes over a line that could be read; a server of one's own network may have no certificate.
      requireTLS: server.security === 'starttls',
      tls: {
        ...(isIP(server.host) === 0 ? { servername: server.host } : {}),
        rejectUnauthorized: this.guard.needsCertificate(address),
      },
      ...(server.username !== null ? { auth: { user: server.username, pass: server.password ?? '' } } : {}),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      const { from, to, subject, text, html, replyTo } = mail;
      const sent = await transport.sendMail({
        from: { name: from.name, address: from.address },
        to,
        subject,
        text,
        ...(html === undefined ? {} : { html }),
        ...(replyTo === null ? {} : { replyTo }),
      });
      return { messageId: sent.messageId };
    } catch (error) {
      throw failureOf(error);
    } finally {
      transport.close();
    }
  }
}

const failureOf = (error: unknown): ProviderError => {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  const details = {
    ...(code === undefined ? {} : { code }),
    ...(responseCode ? { status: responseCode } : {}),
  };
  if (code === 'EAUTH')
    return new ProviderError('smtp', 'auth-revoked', 'the SMTP server refused the login', details);
  const passing = responseCode === undefined ? code !== undefined && TRANSIENT.has(code) : responseCode < 500;
  return new ProviderError(
    'smtp',
    passing ? 'transient' : 'rejected',
    passing ? 'the SMTP server was not reached' : 'the SMTP server refused the message',
    details,
  );
};
