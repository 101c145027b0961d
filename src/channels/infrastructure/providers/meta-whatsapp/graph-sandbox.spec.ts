import { FakeGraphApi } from '../../../../../test/support/fake-graph-api.js';
import { faultOfRequest } from '../../../../../test/support/graph-request-rules.js';
import { GraphSandbox } from './graph-sandbox.js';
import { GraphSandboxController } from './graph-sandbox.controller.js';

const now = new Date('2026-11-20T10:00:00.000Z');
const sandbox = () => new GraphSandbox({ now: () => now });
const text = (rest: object = {}) => ({
  messaging_product: 'whatsapp',
  recipient_type: 'individual',
  to: '16505551234',
  type: 'text',
  text: { body: 'Hello', preview_url: false },
  ...rest,
});
const read = (rest: object = {}) => ({
  messaging_product: 'whatsapp',
  status: 'read',
  message_id: 'wamid.1',
  ...rest,
});
const send = (box: GraphSandbox, body: unknown) => box.send('Bearer t', 'v23.0', '106540352242922', body);

describe('GraphSandbox and the schema', () => {
  const good: [string, unknown][] = [
    ['a text', text()],
    ['a text without recipient_type', text({ recipient_type: undefined })],
    ['a number with +', text({ to: '+1 (650) 555-1234' })],
    ['a group type', text({ recipient_type: 'group' })],
    ['a reply', text({ context: { message_id: 'wamid.0' } })],
    ['an empty context', text({ context: {} })],
    ['no preview_url', text({ text: { body: 'Hello' } })],
    ['the longest text', text({ text: { body: 'x'.repeat(4096) } })],
    ['a business-scoped id', text({ to: undefined, recipient: 'US.1349' })],
    ['read', read()],
    ['typing', read({ typing_indicator: { type: 'text' } })],
  ];
  const bad: [string, unknown][] = [
    ['nothing', undefined],
    ['a list', []],
    ['no product', text({ messaging_product: undefined })],
    ['another product', text({ messaging_product: 'sms' })],
    ['no to', text({ to: undefined })],
    ['a number as a number', text({ to: 16505551234 })],
    ['a business-scoped id in to', text({ to: 'US.1349' })],
    ['a number in recipient', text({ to: undefined, recipient: '16505551234' })],
    ['an unknown recipient_type', text({ recipient_type: 'business_scoped_user_id' })],
    ['no type', text({ type: undefined })],
    ['an unknown key', text({ id: '1' })],
    ['a context that is text', text({ context: 'wamid.0' })],
    ['a context with a number', text({ context: { message_id: 5 } })],
    ['no text', text({ text: undefined })],
    ['a bare text', text({ text: 'Hello' })],
    ['no body', text({ text: { preview_url: true } })],
    ['an empty body', text({ text: { body: '' } })],
    ['a body that is no text', text({ text: { body: 5 } })],
    ['an unknown key in text', text({ text: { body: 'x', format: 'md' } })],
    ['preview_url as text', text({ text: { body: 'x', preview_url: 'false' } })],
    ['a text that is too long', text({ text: { body: 'x'.repeat(4097) } })],
    ['read without a message', read({ message_id: undefined })],
    ['another status', read({ status: 'seen' })],
    ['an unknown typing indicator', read({ typing_indicator: { type: 'audio' } })],
    ['typing without a type', read({ typing_indicator: {} })],
    ['read of no product', read({ messaging_product: undefined })],
  ];
  // What is not in JSON is not sent.
  const wire = (body: unknown): unknown =>
    body === undefined ? undefined : JSON.parse(JSON.stringify(body));

  it.each(good)('both accept %s', (_name, body) => {
    expect([send(sandbox(), wire(body)).status, faultOfRequest(wire(body))]).toEqual([200, undefined]);
  });

  it.each(bad)('both refuse %s', (_name, body) => {
    const answer = send(sandbox(), wire(body));
    expect([answer.status, faultOfRequest(wire(body))?.status]).toEqual([400, 400]);
    expect(answer.body).toEqual({
      error: {
        message: expect.stringMatching(/^\(#\d+\) /) as string,
        type: 'OAuthException',
        code: expect.any(Number) as number,
        fbtrace_id: expect.any(String) as string,
      },
    });
  });

  it.each([
    [undefined, 'v23.0', '106', 401, 104],
    ['Basic x', 'v23.0', '106', 401, 190],
    ['Bearer t', '23', '106', 400, 100],
    ['Bearer t', 'v23.0', 'me', 400, 100],
  ])(
    '%s on /%s/%s is refused with %i, code %i, by both',
    async (authorization, version, id, status, code) => {
      const answer = sandbox().send(authorization, version, id, text());
      expect(answer).toMatchObject({ status, body: { error: { code } } });
      const graph = await FakeGraphApi.start();
      const headers = { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) };
      const reply = await fetch(`${graph.url}/${version}/${id}/messages`, {
        method: 'POST',
        headers,
        body: JSON.stringify(text()),
      });
      await graph.stop();
      expect(Math.floor(reply.status / 100)).toBe(4);
    },
  );

  it('says that it takes text only', () => {
    const image = { ...text(), type: 'image', text: undefined, image: { id: '1' } };
    expect(send(sandbox(), image)).toMatchObject({ status: 400, body: { error: { code: 131051 } } });
  });
});

describe('GraphSandbox', () => {
  it('answers as Meta does, and shows what was sent', () => {
    const box = sandbox();
    const { body } = send(box, text({ to: '+1 650 555 1234' }));
    expect(body).toEqual({
      messaging_product: 'whatsapp',
      contacts: [{ input: '+1 650 555 1234', wa_id: '16505551234' }],
      messages: [{ id: expect.stringMatching(/^wamid\./) as string }],
    });
    expect(box.list({ to: '+16505551234' })).toEqual([
      {
        id: (body.messages as { id: string }[])[0]?.id,
        to: '16505551234',
        text: 'Hello',
        phoneNumberId: '106540352242922',
        receivedAt: now.toISOString(),
      },
    ]);
    expect(send(box, read()).body).toEqual({ success: true });
    expect(box.list({})).toHaveLength(1);
  });

  it('lists what came after a message, for one customer, oldest first', () => {
    const box = sandbox();
    for (const [to, body] of [
      ['1650555', 'a'],
      ['1650556', 'b'],
      ['1650555', 'c'],
      ['1650555', 'd'],
    ]) {
      send(box, text({ to, text: { body } }));
    }
    const [first] = box.list({ to: '1650555' });
    expect(box.list({ to: '1650555', after: first?.id ?? '' }).map((m) => m.text)).toEqual(['c', 'd']);
    expect(box.list({ after: 'wamid.unknown' })).toHaveLength(4);
    expect(box.list({ after: '2026-11-20T09:59:59.999Z' })).toHaveLength(4);
    expect(box.list({ after: now.toISOString() })).toHaveLength(0);
  });

  it('keeps the last 500', () => {
    const box = sandbox();
    for (let n = 1; n <= 503; n += 1) send(box, text({ text: { body: String(n) } }));
    const kept = box.list({});
    expect([kept.length, kept[0]?.text, kept.at(-1)?.text]).toEqual([500, '4', '503']);
  });

  it('is spoken to through two routes', () => {
    const controller = new GraphSandboxController(sandbox());
    const statuses: number[] = [];
    const reply = { status: (code: number) => statuses.push(code) };
    controller.send('Bearer t', 'v23.0', '106', text(), reply);
    controller.send(undefined, 'v23.0', '106', text(), reply);
    expect(statuses).toEqual([200, 401]);
    expect(controller.list('16505551234', undefined).data).toHaveLength(1);
    expect(controller.list('', '').data).toHaveLength(1);
    expect(controller.list('999999').data).toHaveLength(0);
  });
});
