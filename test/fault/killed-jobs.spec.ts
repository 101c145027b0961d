import { Barrier } from '../support/barrier.js';
import { eventually } from '../support/eventually.js';
import { gate, Ledger, markingModel } from '../support/ledger.js';
import { ListServer } from '../support/list-server.js';
import { faultSuite, Installation } from '../support/processes.js';
import { type ReceivedWebhook, WebhookReceiver } from '../support/webhook-receiver.js';

const ADMIN = { email: 'owner@example.test', password: 'correct-horse-battery' };
const MESSAGES = 60;
/** So many are gone when the worker is killed. */
const HALF = 30;
const EVENTS = 12;

/** Long work that a worker does by itself: whatever it is killed in, another goes on, nothing is lost and nothing doubled. */
faultSuite('a worker is killed', 'engines', () => {
  let receiver: WebhookReceiver;
  let lists: ListServer;
  let installation: Installation;
  let tenantId: string;
  let token: string;

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    lists = await ListServer.start();
    installation = await Installation.start({
      workers: 1,
      env: {
        // The schedules of production.
        NODE_ENV: 'development',
        DEMO_ADMIN_EMAIL: ADMIN.email,
        DEMO_ADMIN_PASSWORD: ADMIN.password,
        ...lists.env,
        KYB_LISTS: 'eu',
        VIES_ENABLED: 'false',
        GLEIF_ENABLED: 'false',
        INSOLVENCY_ENABLED: 'false',
        RETENTION_BATCH: '1',
        RETENTION_CHECK_MS: '1000',
        OUTGOING_ALLOWED_NETWORKS: '127.0.0.1/32',
        OUTGOING_ALLOWED_PORTS: '1-65535',
        WEBHOOK_POLL_MS: '100',
        // Whatever is held is under way until its worker dies.
        WEBHOOK_TIMEOUT_MS: '60000',
        WEBHOOK_ENDPOINT_CONCURRENCY: '3',
        ACCESS_TOKEN_SECONDS: '3600',
      },
    });
    installation.openai.handler = markingModel(() => 0);
    tenantId = (await one<{ id: string }>('SELECT id FROM tenant LIMIT 1')).id;
    token = (await call<{ accessToken: string }>('POST', '/auth/login', ADMIN)).accessToken;
  }, 240_000);
  afterEach(() => {
    expect(installation.crashes()).toEqual([]);
  });
  afterAll(async () => {
    await installation?.stop();
    await receiver?.stop();
    await lists?.stop();
  }, 120_000);

  const one = async <T extends object>(sql: string, values: unknown[] = []): Promise<T> =>
    (await installation.sql<T>(sql, values))[0]!;
  const count = async (sql: string, values: unknown[] = []): Promise<number> =>
    (await one<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`, values)).n;
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(`${installation.api.url}/api/v1${path}`, {
      method,
      headers: {
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  /** The trail is a chain: what was done twice or cut short would show. */
  const trailHolds = async (): Promise<void> => {
    const verdict = await call<object>('POST', '/audit/verify', {});
    expect(verdict).toMatchObject({ integrity: { ok: true }, completeness: { ok: true } });
  };
  /** A customer with as many messages as take a while to go. Answers their thread. */
  const talkative = async (): Promise<{ threadId: string; phone: string }> => {
    const ledger = new Ledger(installation);
    await ledger.deliver(0);
    await ledger.settle();
    const { id, to } = ledger.sent[0]!;
    const thread = await one<{ id: string }>(
      'SELECT thread_id AS id FROM message WHERE tenant_id = $1 AND external_id = $2',
      [tenantId, id],
    );
    await installation.sql(
      `INSERT INTO message SELECT (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), 'seq', 1000 + n,
         'dedupe_key', null, 'external_id', null, 'text', '', 'parts', '[]'::jsonb))).*
       FROM message m CROSS JOIN generate_series(1, $2::int) n
       WHERE m.id = (SELECT id FROM message WHERE thread_id = $1 AND direction = 'outbound' LIMIT 1)`,
      [thread.id, MESSAGES],
    );
    return { threadId: thread.id, phone: `+${to}` };
  };

  it('in the middle of an erasure: it goes on where it was left, and is answered once', async () => {
    const [gone, stays] = [await talkative(), await talkative()];
    const all = await count('message WHERE thread_id = $1', [gone.threadId]);
    const others = await count('message WHERE thread_id = $1', [stays.threadId]);
    const barrier = await Barrier.raise(installation, { table: 'message', on: 'DELETE', after: HALF });
    const request = await call<{ id: string }>('POST', '/privacy/requests', {
      kind: 'erasure',
      subject: { phone: gone.phone },
      reason: 'asked',
    });
    const step = () =>
      one<{ records: number; state: string }>(
        `SELECT records, state FROM privacy_request_step WHERE request_id = $1 AND store = 'conversations.messages'`,
        [request.id],
      );
    await barrier.reached(120_000);

    await installation.takeWorker().kill();
    await barrier.lift();
    const left = await count('message WHERE thread_id = $1', [gone.threadId]);
    expect(left).toBe(all - HALF);
    // What is noted is what is gone: both are of one transaction.
    expect((await step()).records).toBe(all - left);
    await installation.startWorker();

    const done = await eventually(
      'the request is answered',
      async () => {
        const now = await call<{ state: string }>('GET', `/privacy/requests/${request.id}`);
        return now.state === 'completed' && now;
      },
      120_000,
    );
    expect(done.state).toBe('completed');
    expect(await step()).toEqual({ records: all, state: 'done' });
    expect(await count('message WHERE thread_id = $1', [gone.threadId])).toBe(0);
    expect(await count('message WHERE thread_id = $1', [stays.threadId])).toBe(others);
    expect(await count('privacy_receipt WHERE request_id = $1', [request.id])).toBe(1);
    expect(
      await count(`outbox_event WHERE type = 'privacy.request.answered.v1' AND payload->>'requestId' = $1`, [
        request.id,
      ]),
    ).toBe(1);
    await trailHolds();
  }, 300_000);

  it('in the middle of retention: the run of the day goes on, and counts each record once', async () => {
    const { threadId } = await talkative();
    // Nobody is at it: what is taken away below would be written again.
    await eventually(
      'the run of this day is over',
      async () =>
        (await count('retention_run')) > 0 && (await count('retention_run WHERE finished_at IS NULL')) === 0,
      150_000,
    );
    await installation.sql(
      `UPDATE message SET created_at = now() - interval '400 days', sent_at = now() - interval '400 days',
         status = CASE WHEN direction = 'inbound' THEN 'received' ELSE 'sent' END WHERE thread_id = $1`,
      [threadId],
    );
    const old = await count('message WHERE thread_id = $1', [threadId]);
    const young = await count('message WHERE tenant_id = $1 AND thread_id <> $2', [tenantId, threadId]);
    await call('PUT', '/privacy/retention', { days: { messages: 30 } });
    const barrier = await Barrier.raise(installation, { table: 'message', on: 'DELETE', after: HALF });
    // The run of this day may be over: it was, before there was anything to do.
    await installation.sql('DELETE FROM retention_run_class; DELETE FROM retention_run');
    const noted = async (): Promise<number> =>
      (
        await one<{ n: number }>(
          `SELECT coalesce(sum(records), 0)::int AS n FROM retention_run_class WHERE tenant_id = $1 AND store = 'conversations.messages'`,
          [tenantId],
        )
      ).n;
    await barrier.reached(150_000);

    await installation.takeWorker().kill();
    await barrier.lift();
    const left = await count('message WHERE thread_id = $1', [threadId]);
    expect(left).toBe(old - HALF);
    expect(await noted()).toBe(old - left);
    // Its lease runs out.
    await installation.sql('UPDATE retention_run SET lease_until = now() WHERE finished_at IS NULL');
    await installation.startWorker();

    await eventually(
      'the run is over',
      async () =>
        (await count('retention_run WHERE tenant_id = $1 AND finished_at IS NOT NULL', [tenantId])) === 1,
      150_000,
    );
    expect(await noted()).toBe(old);
    expect(await count('message WHERE thread_id = $1', [threadId])).toBe(0);
    expect(await count('message WHERE tenant_id = $1', [tenantId])).toBe(young);
    expect(await count('retention_run WHERE tenant_id = $1', [tenantId])).toBe(1);
    await trailHolds();
  }, 420_000);

  it('in the middle of deliveries: what was acknowledged is not sent again, the rest arrives with its own id', async () => {
    const { opened, open: answer } = gate();
    const acknowledged = 4;
    let at = 0;
    receiver.answer = () => ((at += 1) <= acknowledged ? { status: 204 } : { status: 204, after: opened });
    const endpoint = await call<{ id: string }>('POST', '/webhook-endpoints', {
      url: `${receiver.url}/killed`,
      eventTypes: ['*'],
    });
    for (let n = 0; n < EVENTS; n += 1) await call('POST', `/webhook-endpoints/${endpoint.id}/test`, {});
    const deliveries = () =>
      installation.sql<{ id: string; event: string; status: string; delivered: number }>(
        `SELECT d.id, d.event_id AS event, d.status, (SELECT count(*)::int FROM webhook_attempt a
           WHERE a.tenant_id = d.tenant_id AND a.delivery_id = d.id AND a.outcome = 'delivered') AS delivered
         FROM webhook_delivery d WHERE d.endpoint_id = $1`,
        [endpoint.id],
      );
    const arrived = (): ReceivedWebhook[] => receiver.at('/killed');
    await eventually(
      'some are acknowledged, and some under way',
      async () => {
        const settled = (await deliveries()).filter(({ status }) => status === 'delivered');
        return settled.length === acknowledged && arrived().length > acknowledged;
      },
      120_000,
    );

    await installation.takeWorker().kill();
    const before = new Set(
      (await deliveries()).filter(({ status }) => status === 'delivered').map(({ event }) => event),
    );
    expect(before.size).toBe(acknowledged);
    answer();
    // The claims of the dead worker run out.
    await installation.sql(
      `UPDATE webhook_delivery SET claimed_until = now() WHERE endpoint_id = $1 AND status = 'pending' AND claimed_until IS NOT NULL`,
      [endpoint.id],
    );
    await installation.startWorker();

    const all = await eventually(
      'all are delivered',
      async () => {
        const rows = await deliveries();
        return rows.length === EVENTS && rows.every(({ status }) => status === 'delivered') && rows;
      },
      120_000,
    );
    expect(all.map(({ delivered }) => delivered)).toEqual(Array(EVENTS).fill(1));
    const byId = new Map<string, ReceivedWebhook[]>();
    for (const webhook of arrived()) {
      const id = String(webhook.headers['webhook-id']);
      byId.set(id, [...(byId.get(id) ?? []), webhook]);
    }
    expect([...byId.keys()].sort()).toEqual(all.map(({ event }) => event).sort());
    for (const [id, times] of byId) {
      // Under way when its worker died: nobody knows whether it arrived, and so it comes again, the same.
      expect(times.length).toBeLessThanOrEqual(before.has(id) ? 1 : 2);
      expect(new Set(times.map(({ raw }) => raw)).size).toBe(1);
    }
  }, 300_000);
});
