import type { MessageView, ThreadView } from '#contracts/conversations';
import { newId } from '#libs/kernel';
import type { TestApp } from './app.js';
import { eventually } from './eventually.js';
import type { TestTenant } from './tenant.js';

export type { MessageView, ThreadView };

let customers = 0;

/** A valid number of a customer that nobody else in this run has; as `wa_id`, without "+". */
export const newCustomer = (): string => {
  customers += 1;
  return `4915112${String(100_000 + customers)}`;
};

/** One message as it stands in `value.messages`. */
export const textFrom = (from: string, body: string, rest: object = {}) => ({
  from,
  id: `wamid.${newId()}`,
  timestamp: String(Math.floor(Date.now() / 1000)),
  type: 'text',
  text: { body },
  ...rest,
});

/** The `value` of a `messages` change. */
export const valueOf = (phoneNumberId: string, rest: object) => ({
  messaging_product: 'whatsapp',
  metadata: { display_phone_number: '15550783881', phone_number_id: phoneNumberId },
  ...rest,
});

/** A whole POST: an entry for each value. */
export const postOf = (...values: object[]) => ({
  object: 'whatsapp_business_account',
  entry: values.map((value) => ({ id: '419561257915477', changes: [{ value, field: 'messages' }] })),
});

export const statusOf = (messageId: string, status: string, rest: object = {}) => ({
  id: messageId,
  status,
  timestamp: String(Math.floor(Date.now() / 1000)),
  ...rest,
});

/** Every thread of the tenant, newest first, page by page. */
export const threadsOf = async (tenant: TestTenant): Promise<ThreadView[]> => {
  const threads: ThreadView[] = [];
  for (;;) {
    const last = threads.at(-1);
    const after = last ? `&startingAfter=${last.id}` : '';
    const { status, body } = await tenant.get<{ data: ThreadView[]; hasMore: boolean }>(
      `/api/v1/threads?limit=100${after}`,
    );
    if (status !== 200) throw new Error(`threads answered ${status}: ${JSON.stringify(body)}`);
    threads.push(...body.data);
    if (!body.hasMore) return threads;
  }
};

/** The newest thread of the customer with this `wa_id`; waits for it. */
export const threadOf = (tenant: TestTenant, from: string): Promise<ThreadView> =>
  eventually(`a thread of ${from}`, async () =>
    (await threadsOf(tenant)).find(({ customer }) => customer.phone === `+${from}`),
  );

export const messagesOf = async (tenant: TestTenant, threadId: string): Promise<MessageView[]> => {
  const { body } = await tenant.get<{ data: MessageView[] }>(
    `/api/v1/threads/${threadId}/messages?limit=100`,
  );
  return body.data;
};

/** The message once `condition` holds for it. */
export const messageWhen = (
  tenant: TestTenant,
  { threadId, id }: { threadId: string; id: string },
  condition: (message: MessageView) => boolean,
): Promise<MessageView> =>
  eventually(`message ${id} as wanted`, async () =>
    (await messagesOf(tenant, threadId)).find((message) => message.id === id && condition(message)),
  );

/** The value of the first line of `/metrics` that begins so; 0 without one. */
export const metric = async (host: TestApp, line: string): Promise<number> => {
  const text = await (await fetch(`${host.url}/metrics`)).text();
  const found = text.split('\n').find((each) => each.startsWith(line));
  return Number(found?.split(' ').at(-1) ?? 0);
};

/**
 * Waits until nothing is left to do for the tenant: each event is published, and each of its handlers is done or
 * has given up. What has not happened by then does not happen.
 */
export const idle = (host: TestApp, tenant: TestTenant, timeoutMs?: number): Promise<true> =>
  eventually(
    'every event of the tenant handled',
    async () => {
      const [left] = await host.query<{ events: number; inbound: number }>(
        tenant.id,
        `SELECT (SELECT count(*) FROM inbound_event WHERE status = 'pending')::int AS inbound,
           (SELECT count(*) FROM outbox_event e WHERE e.published_at IS NULL OR EXISTS (
             SELECT 1 FROM unnest(e.handlers) AS h(name) WHERE NOT EXISTS (
               SELECT 1 FROM inbox_entry i WHERE i.tenant_id = e.tenant_id AND i.event_id = e.id AND i.handler = h.name
             ) AND NOT EXISTS (
               SELECT 1 FROM dead_letter d WHERE d.tenant_id = e.tenant_id AND d.event_id = e.id AND d.handler = h.name
                 AND d.replayed_at IS NULL)))::int AS events`,
      );
      return left?.events === 0 && left.inbound === 0;
    },
    timeoutMs,
  );
