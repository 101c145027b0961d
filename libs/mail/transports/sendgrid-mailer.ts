import type { Clock } from '#libs/kernel';
import { ProviderError, type ProviderFailure } from '#libs/kernel';
import { type Address, type Mail, Mailer } from '../mailer.js';

const boxOf = ({ address, name }: Address) => ({ email: address, ...(name ? { name } : {}) });

/** SendGrid's v3 Mail Send: 202 is success. Links are not rewritten: they carry tokens. */
export class SendGridMailer extends Mailer {
  constructor(
    private readonly options: { baseUrl: string; apiKey: string; timeoutMs: number },
    private readonly sender: Address,
    private readonly clock: Clock,
  ) {
    super();
  }

  async send(mail: Mail): Promise<void> {
    const answer = await this.post(mail);
    await answer.body?.cancel();
    if (answer.status === 202) return;
    const { status } = answer;
    const failure = failureOf(status);
    const retryAfterMs = failure === 'rate-limited' ? this.waitOf(answer.headers) : undefined;
    throw new ProviderError('sendgrid', failure, `SendGrid answered ${status}`, {
      status,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }

  private async post(mail: Mail): Promise<Response> {
    try {
      return await fetch(`${this.options.baseUrl}/v3/mail/send`, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.options.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(this.requestOf(mail)),
        redirect: 'error',
        signal: AbortSignal.timeout(this.options.timeoutMs),
      });
    } catch (error) {
      const code = ((error as Error).cause as { code?: unknown } | undefined)?.code;
      const unsent = code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN';
      throw new ProviderError(
        'sendgrid',
        unsent ? 'transient' : 'unknown-outcome',
        `SendGrid could not be reached (${typeof code === 'string' ? code : (error as Error).name})`,
      );
    }
  }

  private requestOf(mail: Mail): object {
    return {
      personalizations: [{ to: [boxOf(mail.to)], custom_args: { frontdesk_mail: mail.id } }],
      from: boxOf(mail.from ?? this.sender),
      ...(mail.replyTo ? { reply_to: boxOf(mail.replyTo) } : {}),
      subject: mail.subject,
      content: [
        { type: 'text/plain', value: mail.text },
        { type: 'text/html', value: mail.html },
      ],
      headers: { 'Auto-Submitted': 'auto-generated' },
      tracking_settings: {
        click_tracking: { enable: false, enable_text: false },
        open_tracking: { enable: false },
      },
    };
  }

  /** X-RateLimit-Reset is the second (Unix time) in which the limit starts anew. */
  private waitOf(headers: Headers): number | undefined {
    const reset = Number(headers.get('x-ratelimit-reset'));
    return reset > 0 ? Math.min(600_000, Math.max(0, reset * 1000 - this.clock.now().getTime())) : undefined;
  }
}

const failureOf = (status: number): ProviderFailure => {
  if (status === 401 || status === 403) return 'auth-revoked';
  if (status === 429) return 'rate-limited';
  return status >= 500 ? 'transient' : 'rejected';
};
