import { createTransport } from 'nodemailer';
import { ProviderError, type ProviderFailure } from '#libs/kernel';
import { composed } from '../compose.js';
import { type Address, type Mail, Mailer } from '../mailer.js';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/;

interface SmtpFault {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

/** A mail server by SMTP (RFC 5321). A password is not sent in clear over a network: it asks for TLS then. */
export class SmtpMailer extends Mailer {
  private readonly transport;

  constructor(
    smtpUrl: string,
    private readonly sender: Address,
    timeoutMs: number,
  ) {
    super();
    const url = new URL(smtpUrl);
    const secure = url.protocol === 'smtps:';
    const auth = url.username
      ? { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }
      : undefined;
    this.transport = createTransport({
      host: url.hostname,
      port: url.port ? Number(url.port) : secure ? 465 : 587,
      secure,
      requireTLS: !secure && auth !== undefined && !LOOPBACK.test(url.hostname),
      ...(auth ? { auth } : {}),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
    });
  }

  async send(mail: Mail): Promise<void> {
    try {
      await this.transport.sendMail(composed(mail, this.sender));
    } catch (error) {
      throw smtpFailure(error as Error & SmtpFault);
    }
  }
}

/** RFC 5321, 4.2.1: 4yz may be repeated, 5yz may not; RFC 4954, 6: 530, 534, 535, 538 are about who we are. */
export const smtpFailure = (fault: SmtpFault): ProviderError => {
  const status = fault.responseCode;
  const details = { ...(status ? { status } : {}), ...(fault.code ? { code: fault.code } : {}) };
  // The server's own words may name the receiver, and end up in a dead letter: only the status is told.
  const told = `the mail server ${status ? `answered ${status}` : `could not be used (${fault.code ?? 'unknown'})`}`;
  return new ProviderError('smtp', failureOf(fault), told, details);
};

const failureOf = ({ code, command, responseCode, response = '' }: SmtpFault): ProviderFailure => {
  if (responseCode !== undefined && [530, 534, 535, 538].includes(responseCode)) return 'auth-revoked';
  if (responseCode !== undefined && responseCode >= 500) return 'rejected';
  if (responseCode !== undefined)
    return /\b4\.7\.\d+|rate|too many|throttl/i.test(response) ? 'rate-limited' : 'transient';
  if (code === 'EAUTH') return 'auth-revoked';
  if (code === 'EENVELOPE' || code === 'EMESSAGE') return 'rejected';
  // The text was on its way when the connection broke.
  return command === 'DATA' ? 'unknown-outcome' : 'transient';
};
