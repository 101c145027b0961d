import type { ChannelView } from '#contracts/channels';
import { asksForAnswer } from '#contracts/conversations';
import { APP_SECRET, GRAPH_TOKEN, TestApp } from '../support/app.js';
import { idle, messagesOf, type ThreadView } from '../support/conversation.js';
import { postSigned } from '../support/fake-graph-api.js';
import { at, MESSAGES, OTHERS } from '../support/meta-sample-facts.js';
import { recordedBytes, recordedWebhooks } from '../support/meta-samples.js';
import type { TestTenant } from '../support/tenant.js';

interface Sample {
  entry: { id: string; changes: { value: { metadata?: { phone_number_id: string } } }[] }[];
}

let host: TestApp;
let tenant: TestTenant;

beforeAll(async () => {
  host = await TestApp.start();
  tenant = await host.createTenant({ calendar: false });
});

afterAll(() => host.stop());

/** A channel of its own for each sample, with the addresses that the sample names; the one before gives them up. */
const connect = async (sample: Sample): Promise<string> => {
  const [entry] = sample.entry;
  const account = entry?.changes[0]?.value.metadata?.phone_number_id ?? '555';
  await host.query(tenant.id, `UPDATE channel SET account = account || '-' || id`);
  await host.query(tenant.id, `UPDATE channel_route SET address = address || '-' || channel_id`);
  const { status, body } = await tenant.post<ChannelView & Record<string, unknown>>('/api/v1/channels', {
    provider: 'meta-whatsapp',
    name: 'Recorded',
    account,
    businessAccountId: entry?.id,
    accessToken: GRAPH_TOKEN,
  });
  expect({ status, account: body.account }).toEqual({ status: 201, account });
  return body.id;
};

const post = (name: string) =>
  postSigned(`${host.url}/webhooks/meta/whatsapp`, APP_SECRET, recordedBytes(name));
const eventsOf = (channelId: string) =>
  host.query<{ kind: string; status: string; note: string | null }>(
    tenant.id,
    'SELECT kind, status, note FROM inbound_event WHERE channel_id = $1',
    [channelId],
  );
const threadsIn = async (channelId: string): Promise<ThreadView[]> =>
  (await tenant.get<{ data: ThreadView[] }>(`/api/v1/threads?channelId=${channelId}`)).body.data;

const samples = recordedWebhooks().map(({ name, body }) => ({ name, body: body as unknown as Sample }));

it('has a fact for every recorded sample', () => {
  expect(samples.map(({ name }) => name).sort()).toEqual(
    [...Object.keys(MESSAGES), ...Object.keys(OTHERS)].sort(),
  );
});

describe.each(samples.filter(({ name }) => MESSAGES[name]))(
  'the recorded message $name',
  ({ name, body }) => {
    const fact = MESSAGES[name];

    it('is stored once, shown with its parts, and answered although its timestamp is old', async () => {
      const channelId = await connect(body);
      host.graph.reset();
      expect([await post(name), await post(name)]).toEqual([200, 200]);
      await idle(host, tenant);

      expect(await eventsOf(channelId)).toEqual([{ kind: 'message', status: 'processed', note: null }]);
      const [thread, ...others] = await threadsIn(channelId);
      expect(others).toEqual([]);
      expect(thread).toMatchObject({ owner: 'bot', replyMode: 'free' });
      const [message, ...replies] = await messagesOf(tenant, thread?.id ?? '');
      expect(message).toMatchObject({
        seq: 1,
        direction: 'inbound',
        author: { kind: 'customer' },
        parts: fact?.parts,
        status: 'received',
        sentAt: at(fact?.at ?? 0).toISOString(),
      });
      const quoted = await host.query(tenant.id, 'SELECT reply_to FROM message WHERE id = $1', [message?.id]);
      expect(quoted).toEqual([{ reply_to: fact?.replyTo ?? null }]);

      const asks = asksForAnswer(fact?.parts ?? []);
      expect(replies.map(({ author, status, error }) => ({ by: author.kind, status, error }))).toEqual(
        asks ? [{ by: 'assistant', status: 'sent', error: null }] : [],
      );
      expect(host.graph.messages.map(({ text }) => text)).toEqual(replies.map(({ text }) => text));
      expect(host.graph.refusals).toEqual([]);
    });
  },
);

describe.each(samples.filter(({ name }) => OTHERS[name]))('the recorded event $name', ({ name, body }) => {
  const fact = OTHERS[name];
  const fate =
    fact?.fact === 'status'
      ? { kind: 'status', status: 'processed', note: 'parked' }
      : fact?.fact === 'address-changed'
        ? { kind: 'message', status: 'ignored', note: 'the number that changed is not known on this channel' }
        : { kind: 'other', status: 'ignored', note: fact?.fact === 'ignored' ? fact.reason : '' };

  it('is stored once, marked, and opens no thread', async () => {
    const channelId = await connect(body);
    host.graph.reset();
    expect([await post(name), await post(name)]).toEqual([200, 200]);
    await idle(host, tenant);
    expect(await eventsOf(channelId)).toEqual([fate]);
    expect(await threadsIn(channelId)).toEqual([]);
    expect(host.graph.requests).toEqual([]);
  });
});
