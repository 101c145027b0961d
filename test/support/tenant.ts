import { CreateChannelCommand } from '#contracts/channels';
import { AddMemberCommand, CreateTenantCommand } from '#contracts/tenancy';
import { isRole } from '#libs/security';
import { newId } from '#libs/kernel';
import type { Dispatcher } from '#libs/messaging';
import { postSigned } from './fake-graph-api.js';
import { APP_SECRET, GRAPH_TOKEN } from './secrets.js';

/** What a tenant needs of the application under test. */
export interface TenantHost {
  readonly url: string;
  readonly dispatcher: Dispatcher;
  as<T>(tenantId: string, work: () => Promise<T>): Promise<T>;
}

export interface ApiAnswer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** Somebody who works there, and their access token. */
export interface TestMember {
  readonly id: string;
  readonly email: string;
  readonly token: string;
}

interface TenantOptions {
  readonly timeZone?: string;
  readonly phoneNumberId?: string;
  readonly currency?: string;
  /** Of the owner. */
  readonly email?: string;
  readonly password?: string;
  /** Monday to Sunday, 09:00 to 20:00, when true (default). */
  readonly calendar?: boolean;
}

const PASSWORD = 'correct-horse-battery';
let numbers = 0;

/** A business under test, seen from outside: its token, its calendar, its WhatsApp number. */
export class TestTenant {
  readonly services = new Map<string, string>();
  readonly staff = new Map<string, string>();

  private constructor(
    private readonly host: TenantHost,
    readonly id: string,
    readonly email: string,
    readonly password: string,
    readonly phoneNumberId: string,
    readonly channelId: string,
    public token: string,
  ) {}

  static async create(host: TenantHost, options: TenantOptions): Promise<TestTenant> {
    const id = newId();
    numbers += 1;
    const phoneNumberId = options.phoneNumberId ?? `20000000000${numbers}`;
    const email = options.email ?? `owner-${id}@example.test`;
    const password = options.password ?? PASSWORD;
    const channel = await host.as(id, async () => {
      await host.dispatcher.request(
        new CreateTenantCommand({
          slug: `salon-${id}`,
          name: 'Salon Test',
          timeZone: options.timeZone ?? 'Europe/Berlin',
          country: 'DE',
          currency: options.currency ?? 'EUR',
          language: 'en',
          owner: { email, name: 'Test owner', password },
        }),
      );
      return host.dispatcher.request(
        new CreateChannelCommand({
          provider: 'meta-whatsapp',
          name: 'WhatsApp',
          account: phoneNumberId,
          credentials: { accessToken: GRAPH_TOKEN },
        }),
      );
    });
    const tenant = new TestTenant(host, id, email, password, phoneNumberId, channel.id, '');
    const login = await tenant.post<{ accessToken: string }>('/api/v1/auth/login', {
      email,
      password,
    });
    tenant.token = login.body.accessToken;
    if (options.calendar !== false) await tenant.furnish(options);
    return tenant;
  }

  get<T = Record<string, unknown>>(
    path: string,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer<T>> {
    return this.call('GET', path, undefined, headers);
  }

  post<T = Record<string, unknown>>(
    path: string,
    body: unknown = {},
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer<T>> {
    return this.call('POST', path, body, headers);
  }

  async call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer<T>> {
    const response = await fetch(`${this.host.url}${path}`, {
      method,
      headers: {
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : {}) as T };
  }

  /** Posts a customer's text through the webhook, as Meta would; answers the status code. */
  whatsapp(
    from: string,
    text: string,
    options: { wamid?: string; sentAt?: Date; name?: string } = {},
  ): Promise<number> {
    return this.webhook({
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550783881', phone_number_id: this.phoneNumberId },
      contacts: [{ profile: { name: options.name ?? 'Sheena Nelson' }, wa_id: from }],
      messages: [
        {
          from,
          id: options.wamid ?? `wamid.${newId()}`,
          timestamp: String(Math.floor((options.sentAt ?? new Date()).getTime() / 1000)),
          type: 'text',
          text: { body: text },
        },
      ],
    });
  }

  /** Posts the value of a `messages` change, signed. */
  webhook(value: object): Promise<number> {
    return postSigned(`${this.host.url}/webhooks/meta/whatsapp`, APP_SECRET, {
      object: 'whatsapp_business_account',
      entry: [{ id: '419561257915477', changes: [{ value, field: 'messages' }] }],
    });
  }

  /** A new member, signed in. `role`: a built-in one, or the id of one of the business's own. */
  async join(role: string): Promise<TestMember> {
    const email = `member-${newId()}@example.test`;
    const first = isRole(role) ? role : 'agent';
    await this.host.as(this.id, () =>
      this.host.dispatcher.request(
        new AddMemberCommand({ email, name: 'Somebody', password: PASSWORD, role: first }),
      ),
    );
    const logIn = async () =>
      (
        await this.expectOk(
          this.post<{ accessToken: string }>('/api/v1/auth/login', { email, password: PASSWORD }),
        )
      ).accessToken;
    const token = await logIn();
    const { id } = await this.expectOk(
      this.get<{ id: string }>('/api/v1/me', { authorization: `Bearer ${token}` }),
    );
    if (first === role) return { id, email, token };
    await this.expectOk(this.call('PATCH', `/api/v1/members/${id}`, { role }));
    return { id, email, token: await logIn() };
  }

  private async furnish({ timeZone = 'Europe/Berlin', currency = 'EUR' }: TenantOptions): Promise<void> {
    await this.expectOk(this.call('PATCH', '/api/v1/calendar/settings', { timeZone, minNoticeMinutes: 0 }));
    for (const [name, durationMinutes, amount] of [
      ['Manicure', 60, 3500],
      ['Haircut', 45, 4000],
      ['Massage', 50, 5500],
    ] as const) {
      const body = { name, durationMinutes, price: { amount, currency } };
      this.services.set(name, (await this.expectOk(this.post<{ id: string }>('/api/v1/services', body))).id);
    }
    const serviceIds = [...this.services.values()];
    const days = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
      weekday,
      intervals: [{ from: '09:00', to: '20:00' }],
    }));
    for (const name of ['Anna', 'Olena']) {
      const { id } = await this.expectOk(this.post<{ id: string }>('/api/v1/staff', { name, serviceIds }));
      this.staff.set(name, id);
      await this.expectOk(this.call('PUT', `/api/v1/staff/${id}/working-hours`, { days }));
    }
  }

  private async expectOk<T>(answer: Promise<ApiAnswer<T>>): Promise<T> {
    const { status, body } = await answer;
    if (status >= 300)
      throw new Error(`the test tenant could not be set up: ${status} ${JSON.stringify(body)}`);
    return body;
  }
}
