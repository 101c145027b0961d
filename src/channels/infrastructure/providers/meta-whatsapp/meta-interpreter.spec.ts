import { at, MESSAGES, OTHERS } from '../../../../../test/support/meta-sample-facts.js';
import { recordedWebhooks } from '../../../../../test/support/meta-samples.js';
import type { InboundFact } from '../../../domain/inbound.js';
import { interpretPayload } from './meta-interpreter.js';
import { splitWebhook } from './meta-webhook.js';

const receivedAt = new Date('2026-11-20T10:00:00.000Z');

const factsOf = (body: unknown): InboundFact[] =>
  splitWebhook(body).map((item) => interpretPayload(item.payload, receivedAt));

const sheena = {
  keys: [{ kind: 'wa_id', value: '16505551234' }],
  phone: '+16505551234',
  displayName: 'Sheena Nelson',
};
const mauricio = { keys: [{ kind: 'wa_id', value: '1111111111111' }], displayName: 'Mauricio Binda' };
describe('the recorded webhooks', () => {
  it.each(recordedWebhooks())('$name means what is expected', ({ name, body }) => {
    const wanted = MESSAGES[name];
    const other = OTHERS[name];
    expect(wanted ?? other).toBeDefined();
    const message = (body as { entry: { changes: { value: { messages: { id: string }[] } }[] }[] }).entry[0]
      ?.changes[0]?.value.messages?.[0];
    const expected = wanted
      ? {
          fact: 'message',
          externalId: message?.id,
          sender: name.startsWith('official/') ? sheena : mauricio,
          parts: wanted.parts,
          sentAt: at(wanted.at),
          ...(wanted.replyTo ? { replyTo: wanted.replyTo } : {}),
        }
      : other;
    expect(factsOf(body)).toStrictEqual([expected]);
  });

  it('are all in the tables, and nothing else is', () => {
    const names = recordedWebhooks().map((sample) => sample.name);
    expect(names).toHaveLength(41);
    expect([...Object.keys(MESSAGES), ...Object.keys(OTHERS)].sort()).toEqual(names.sort());
  });
});
