import { UnitOfWork } from '#libs/persistence';
import { type DataSubject, PersonalDataStores } from '#libs/privacy';
import { SubjectResolver } from '../../src/privacy/application/requests/subject-resolver.js';
import { RetentionRunner } from '../../src/privacy/application/retention/retention-runner.js';
import { APP_SECRET, TestApp } from '../support/app.js';
import { AssistantDesk } from '../support/assistant-desk.js';
import { idle, newCustomer, postOf, statusOf, threadOf, valueOf } from '../support/conversation.js';
import { eventually } from '../support/eventually.js';
import { postSigned } from '../support/fake-graph-api.js';
import { reply } from '../support/fake-openai.js';
import type { TestTenant } from '../support/tenant.js';
import { TestClock } from '../support/test-clock.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const DAY_MS = 86_400_000;
/** What retention takes away in time: each has to leave out whoever is held. */
const PRUNED = [
  'ai.tool-receipts',
  'ai.turn-records',
  'calendar.bookings',
  'channels.inbound-events',
  'conversations.messages',
  'conversations.parked-statuses',
  'conversations.threads',
  'messaging.outbox',
  'webhooks.deliveries',
];

const clock = new TestClock();
let host: TestApp;
let tenant: TestTenant;
let receiver: WebhookReceiver;

beforeAll(async () => {
  receiver = await WebhookReceiver.start();
  host = await TestApp.start({
    model: 'scripted',
    clock,
    env: {
      OUTGOING_ALLOWED_NETWORKS: '127.0.0.1/32',
      OUTGOING_ALLOWED_PORTS: '1-65535',
      WEBHOOK_POLL_MS: '30',
      SWEEP_EVERY_MS: '200',
      SWEEP_AFTER_MS: '500',
    },
  });
  tenant = await host.createTenant();
});
afterAll(async () => {
  await host.stop();
  await receiver.stop();
});

const made = async (path: string, body: object): Promise<string> => {
  const answer = await tenant.post<{ id: string }>(`/api/v1/${path}`, body);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.id;
};

let hour = 9;
/** A conversation in which a tool was used, a booking, a status that came too early, and what was told of them. */
const customerWithAll = async (): Promise<{ phone: string; subject: DataSubject }> => {
  const from = newCustomer();
  const phone = `+${from}`;
  const desk = new AssistantDesk(host, tenant);
  const serviceId = tenant.services.get('Manicure');
  const time = `${(hour += 1)}:00`;
  host.openai.script(
    reply.tool('hold_slot', { serviceId, startsAt: desk.at(3, time) }),
    reply.text('I keep it for you.'),
  );
  await tenant.whatsapp(from, 'A manicure, please', { name: 'Canaria', sentAt: clock.now() });
  await host.graph.waitForMessages(1, { to: from });
  await idle(host, tenant);
  const thread = await threadOf(tenant, from);
  await made('bookings', {
    serviceId,
    startsAt: desk.instant(desk.at(2, time)),
    customer: { name: 'Canaria', phone },
  });
  const early = statusOf(`wamid.${from}`, 'delivered', { recipient_id: from });
  const value = valueOf(tenant.phoneNumberId, { statuses: [early] });
  await postSigned(`${host.url}/webhooks/meta/whatsapp`, APP_SECRET, postOf(value));
  await made(`threads/${thread.id}/close`, {});
  await idle(host, tenant);
  const resolve = () => host.app.get(SubjectResolver).resolve({ phone });
  return { phone, subject: await host.as(tenant.id, () => host.app.get(UnitOfWork).run(resolve)) };
};

/** All that is kept about a person, by store. */
const recordsOf = (subject: DataSubject): Promise<Record<string, unknown[]>> =>
  host.as(tenant.id, () =>
    host.app.get(UnitOfWork).run(async () => {
      const found: Record<string, unknown[]> = {};
      for (const name of PRUNED) {
        const records: unknown[] = (found[name] = []);
        const store = host.app.get(PersonalDataStores).find(name)?.store;
        for await (const record of store?.export(subject) ?? []) records.push(record);
      }
      return found;
    }),
  );

it('retention takes nothing away of whoever is held, in any store, and all of that from others', async () => {
  await made('webhook-endpoints', { url: `${receiver.url}/all`, eventTypes: ['*'] });
  const [held, other] = [await customerWithAll(), await customerWithAll()];
  await made('privacy/holds', {
    subject: { phone: held.phone },
    reason: 'Litigation',
    authority: 'Court',
  });
  await eventually('every webhook sent, and every event settled', async () => {
    const open = await host.query(
      tenant.id,
      `SELECT FROM webhook_delivery WHERE status = 'pending'
       UNION ALL SELECT FROM outbox_event WHERE settled_at IS NULL`,
    );
    return open.length === 0;
  });
  const [ofHeld, ofOther] = [await recordsOf(held.subject), await recordsOf(other.subject)];
  // What is not there cannot be taken away.
  expect(PRUNED.filter((store) => !ofHeld[store]?.length || !ofOther[store]?.length)).toEqual([]);

  clock.pass(1_200 * DAY_MS);
  await host.as(tenant.id, () => host.app.get(RetentionRunner).run());
  expect(await recordsOf(held.subject)).toEqual(ofHeld);
  const left = await recordsOf(other.subject);
  expect(PRUNED.filter((store) => JSON.stringify(left[store]) === JSON.stringify(ofOther[store]))).toEqual(
    [],
  );
});
