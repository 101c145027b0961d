import { BookingConfirmed } from '#contracts/calendar';
import { newId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { TestApp } from './app.js';
import { eventually } from './eventually.js';
import { MailServer } from './mail-server.js';
import type { TestTenant } from './tenant.js';
import { TestClock } from './test-clock.js';
import { type ReceivedWebhook, WebhookReceiver } from './webhook-receiver.js';

export const ENDPOINTS = '/api/v1/webhook-endpoints';

export interface Endpoint {
  id: string;
  secret: string;
  status: string;
  disabledReason: string | null;
  version: number;
  pausedUntil: string | null;
}

export interface Delivery {
  id: string;
  eventId: string;
  status: string;
  attempts: number;
  lastStatus: number | null;
  lastError: string | null;
}

/** An application whose webhooks go to a receiver on loopback, with a clock that is set by hand. */
export class WebhookDesk {
  private paths = 0;
  /** A new one for each test. */
  tenant!: TestTenant;

  private constructor(
    readonly host: TestApp,
    readonly receiver: WebhookReceiver,
    readonly mail: MailServer,
    readonly clock: TestClock,
  ) {}

  static async start(): Promise<WebhookDesk> {
    const [mail, clock] = [await MailServer.start(), new TestClock()];
    const host = await TestApp.start({
      clock,
      env: {
        SMTP_URL: mail.url,
        OUTGOING_ALLOWED_NETWORKS: '127.0.0.1/32',
        OUTGOING_ALLOWED_PORTS: '1-65535',
        WEBHOOK_POLL_MS: '30',
        WEBHOOK_ENDPOINT_CONCURRENCY: '3',
        SWEEP_EVERY_MS: '200',
        SWEEP_AFTER_MS: '500',
      },
    });
    return new WebhookDesk(host, await WebhookReceiver.start(), mail, clock);
  }

  async stop(): Promise<void> {
    await this.host.stop();
    await Promise.all([this.receiver.stop(), this.mail.stop()]);
  }

  /** An answer that stays out is given up after so long, until `work` is done. */
  async patience<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
    const { webhooks } = this.host.settings;
    const before = webhooks.timeoutMs;
    Object.assign(webhooks, { timeoutMs });
    try {
      return await work();
    } finally {
      Object.assign(webhooks, { timeoutMs: before });
    }
  }

  /** Another business, and a receiver that takes everything. */
  async renew(): Promise<void> {
    this.receiver.answer = () => ({ status: 204 });
    this.tenant = await this.host.createTenant({ calendar: false });
  }

  async subscribe(input: object = {}, of = this.tenant): Promise<Endpoint & { path: string }> {
    const path = `/hook-${(this.paths += 1)}?token=hidden`;
    const { status, body } = await of.post<Endpoint>(ENDPOINTS, {
      url: `${this.receiver.url}${path}`,
      eventTypes: ['*'],
      ...input,
    });
    expect(status).toBe(201);
    return { ...body, path };
  }

  /** Tells of bookings below the calendar: what is under test begins at the outbox. */
  tell(bookingId: string = newId(), times = 1, of = this.tenant): Promise<void> {
    return this.host.as(of.id, () =>
      this.host.app.get(UnitOfWork).run(async () => {
        for (let n = 0; n < times; n += 1)
          await this.host.app.get(Outbox).append(
            BookingConfirmed.make(bookingId, {
              bookingId,
              code: 'K7M2QX',
              serviceId: newId(),
              staffId: newId(),
              customerId: null,
              threadId: null,
              startsAt: '2026-03-16T09:00:00.000Z',
              endsAt: '2026-03-16T10:00:00.000Z',
            }),
          );
      }),
    );
  }

  arrived(path: string, count = 1): Promise<ReceivedWebhook[]> {
    return eventually(`${count} webhooks at ${path}`, () => {
      const at = this.receiver.at(path);
      return at.length >= count && at;
    });
  }

  rows(endpointId: string): Promise<Delivery[]> {
    return this.host.query<Delivery>(
      this.tenant.id,
      `SELECT id, event_id AS "eventId", status, attempts, last_status AS "lastStatus", last_error AS "lastError"
       FROM webhook_delivery WHERE endpoint_id = $1 ORDER BY id`,
      [endpointId],
    );
  }

  delivery(endpointId: string, what: string, probe: (delivery: Delivery) => boolean): Promise<Delivery> {
    return eventually(what, async () => (await this.rows(endpointId)).find(probe));
  }
}

export const headersOf = (webhook: ReceivedWebhook) => webhook.headers as Record<string, string>;
