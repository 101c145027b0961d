import { DateTime } from 'luxon';
import type { TestApp } from './app.js';
import type { ChatRequest } from './fake-openai.js';
import type { ApiAnswer, TestTenant } from './tenant.js';

export interface ProcessedMessage {
  readonly response: string;
  readonly tokens_used: number;
  readonly cost: number;
  readonly response_time_ms: number;
  readonly model: string;
  readonly booking_code?: string;
}

export interface BookingRow {
  readonly id: string;
  readonly code: string;
  readonly status: string;
  readonly serviceName: string;
  readonly startsAt: string;
  readonly price: { amount: number; currency: string };
  readonly customer: { id: string | null; phone: string | null };
  readonly threadId: string | null;
}

export interface ThreadRow {
  readonly id: string;
  readonly owner: string;
  readonly handoffReason: string | null;
  readonly customer: { id: string; phone: string | null; language: string | null };
}

let phones = 0;

/** Customers' conversations with the assistant of one business, seen through HTTP. */
export class AssistantDesk {
  constructor(
    private readonly host: TestApp,
    private readonly tenant: TestTenant,
  ) {}

  /** A customer nobody has heard of. */
  newPhone(): string {
    phones += 1;
    return `+49151${String(10_000_000 + phones)}`;
  }

  post(phone: string, message: string, more: object = {}): Promise<ApiAnswer<ProcessedMessage>> {
    return this.tenant.post('/api/v1/ai/process-message', {
      salon_id: this.tenant.id,
      phone_number: phone,
      message,
      ...more,
    });
  }

  /** Says one thing, which must be answered, and answers the reply. */
  async say(phone: string, message: string, more: object = {}): Promise<ProcessedMessage> {
    const { status, body } = await this.post(phone, message, more);
    if (status !== 200) throw new Error(`not answered: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  async bookingsOf(phone: string): Promise<BookingRow[]> {
    const { body } = await this.tenant.get<{ data: BookingRow[] }>('/api/v1/bookings?limit=100');
    return body.data.filter((b) => b.customer.phone === phone);
  }

  async threadsOf(phone: string): Promise<ThreadRow[]> {
    const { body } = await this.tenant.get<{ data: ThreadRow[] }>('/api/v1/threads?limit=100');
    return body.data.filter((t) => t.customer.phone === phone);
  }

  async threadOf(phone: string): Promise<ThreadRow> {
    const [thread, ...more] = await this.threadsOf(phone);
    if (!thread || more.length > 0)
      throw new Error(`wanted one thread of ${phone}, found ${more.length + (thread ? 1 : 0)}`);
    return thread;
  }

  /** A counter or histogram count of /metrics; 0 when it was never touched. */
  async metric(name: string, labels: Readonly<Record<string, string>>): Promise<number> {
    const text = await (await fetch(`${this.host.url}/metrics`)).text();
    const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
    const line = text
      .split('\n')
      .find((l) => l.startsWith(`${name}{`) && wanted.every((label) => l.includes(label)));
    return line ? Number(line.slice(line.lastIndexOf(' ') + 1)) : 0;
  }

  /** `days` from today in the zone of the test businesses, as tools write it. */
  at(days: number, time: string, zone = 'Europe/Berlin'): string {
    return `${DateTime.now().setZone(zone).plus({ days }).toISODate()}T${time}`;
  }

  instant(local: string, zone = 'Europe/Berlin'): string {
    return DateTime.fromISO(local, { zone }).toUTC().toISO() ?? '';
  }
}

/** Every tool result that a request carries, oldest first, as the model reads them. */
export const toolResultsIn = (request: ChatRequest | undefined): unknown[] =>
  (request?.messages ?? [])
    .filter((m) => m.role === 'tool')
    .map((m) => JSON.parse(m.content ?? 'null') as unknown);

/** The latest result that has this field, which a test of the flow takes its ids from. */
export const resultWith = <T = Record<string, unknown>>(
  request: ChatRequest | undefined,
  field: string,
): T => {
  const found = toolResultsIn(request).findLast((r) => r !== null && typeof r === 'object' && field in r);
  if (!found) throw new Error(`no tool result has ${field}: ${JSON.stringify(toolResultsIn(request))}`);
  return found as T;
};
