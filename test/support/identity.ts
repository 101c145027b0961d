import { TOTP, Secret } from 'otpauth';
import { newId } from '#libs/kernel';
import { TestApp, type TestAppOptions } from './app.js';
import { MailServer } from './mail-server.js';
import type { ApiAnswer } from './tenant.js';

export const GOOD_PASSWORD = 'teapot orchard velvet';

export interface Signed {
  accessToken: string;
  refreshToken: string;
  tenantId: string;
  personId: string;
  slug: string;
  email: string;
}

/** The whole application with a real mail server; the clock of the codes is the test's. */
export class IdentityApp {
  private constructor(
    readonly host: TestApp,
    readonly mail: MailServer,
  ) {}

  static async start(options: TestAppOptions = {}): Promise<IdentityApp> {
    const mail = await MailServer.start();
    const env = {
      SMTP_URL: mail.url,
      MAIL_BACKOFF_MS: '20',
      PUBLIC_URL: 'https://desk.example',
      SIGN_UPS_PER_HOUR: '1000',
      TRUST_PROXY: 'true',
      ...options.env,
    };
    return new IdentityApp(await TestApp.start({ ...options, env }), mail);
  }

  async call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    options: { token?: string; from?: string; headers?: Record<string, string> } = {},
  ): Promise<ApiAnswer<T>> {
    const response = await fetch(`${this.host.url}/api/v1${path}`, {
      method,
      headers: {
        'user-agent': 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:130.0) Gecko/20100101 Firefox/130.0',
        ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
        ...(options.from ? { 'x-forwarded-for': options.from } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : {}) as T };
  }

  post<T = Record<string, unknown>>(path: string, body: unknown, token?: string, from?: string) {
    return this.call<T>('POST', path, body, { ...(token ? { token } : {}), ...(from ? { from } : {}) });
  }

  get<T = Record<string, unknown>>(path: string, token: string) {
    return this.call<T>('GET', path, undefined, { token });
  }

  signUpBody(more: object = {}) {
    return {
      businessName: 'Salon Lumen',
      name: 'Olena',
      email: `olena-${newId()}@lumen.example`,
      password: GOOD_PASSWORD,
      timeZone: 'Europe/Kyiv',
      country: 'UA',
      ...more,
    };
  }

  async signUp(more: object = {}): Promise<Signed> {
    const body = this.signUpBody(more);
    const answer = await this.post<Signed>('/auth/sign-up', body);
    if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    return { ...answer.body, email: body.email };
  }

  logIn(email: string, more: object = {}, from?: string) {
    return this.post<Signed & { challengeToken?: string; code?: string }>(
      '/auth/login',
      { email, password: GOOD_PASSWORD, ...more },
      undefined,
      from,
    );
  }

  /** Sets a second factor up; answers what makes its codes. */
  async enrol(token: string, at: Date): Promise<{ code: (at: Date) => string; recoveryCodes: string[] }> {
    const started = await this.post<{ secret: string }>('/me/mfa', { password: GOOD_PASSWORD }, token);
    const totp = new TOTP({ secret: Secret.fromBase32(started.body.secret) });
    const code = (when: Date) => totp.generate({ timestamp: when.getTime() });
    const confirmed = await this.post<{ recoveryCodes: string[] }>(
      '/me/mfa/confirm',
      { code: code(at) },
      token,
    );
    if (confirmed.status !== 200) throw new Error(`${confirmed.status} ${JSON.stringify(confirmed.body)}`);
    return { code, recoveryCodes: confirmed.body.recoveryCodes };
  }

  async stop(): Promise<void> {
    await this.host.stop();
    await this.mail.stop();
  }
}
